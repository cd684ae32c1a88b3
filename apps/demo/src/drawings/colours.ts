/** The colours of data by name: on the page its styles define them, in files they are these. */
export const LIGHT = {
  paper: '#fbfaf6',
  ink: '#22262b',
  soft: '#565f69',
  rule: '#dedbd1',
  card: '#ffffff',
  indigo: '#165e83',
  vermilion: '#b9482a',
  moss: '#507034',
  gold: '#946c0d',
  wisteria: '#7c5a94',
  ash: '#5d6670',
  hold: '#35713f',
  miss: '#b3372f',
} as const;

export type ColourName = keyof typeof LIGHT;

/** What is drawn in groups takes these one after the other; order, labels and dashes tell them apart too. */
export const GROUPS = ['indigo', 'vermilion', 'moss', 'gold', 'wisteria', 'ash'] as const;

/** A colour as an attribute says it. */
export const colour = (name: ColourName): string => `var(--${name})`;

/** The colour of the n-th group. */
export const groupColour = (n: number): string => colour(GROUPS[n % GROUPS.length]!);

/** The dashes of the n-th line: whole ones first, then longer and shorter dashes. */
export const dashes = (n: number): readonly number[] =>
  [[], [7, 4], [2, 3], [9, 3, 2, 3]][Math.floor(n / GROUPS.length) % 4]!;
