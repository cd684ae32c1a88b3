/** A place in a program: both count from 1, as editors show them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a program, and where. */
export class ProgramError extends Error {
  override readonly name: string = 'ProgramError';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }

  /** The place of a character of a text. */
  static placeOf(source: string, index: number): Place {
    const before = source.slice(0, index).split('\n');
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }
}
