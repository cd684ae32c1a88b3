/** The colours of data, by the names that the styles give them; told apart without colour by their order, labels and dashes. */
export const COLOURS = ['indigo', 'vermilion', 'moss', 'gold', 'wisteria', 'ash'] as const;

/** The colour of the n-th of something, as a style says it. */
export const colourOf = (n: number): string => `var(--${COLOURS[n % COLOURS.length]!})`;

/** The dashes of the n-th of something: whole lines first, then longer and shorter dashes. */
export const dashOf = (n: number): number[] =>
  [[], [7, 4], [2, 3], [9, 3, 2, 3]][Math.floor(n / COLOURS.length) % 4]!;

/** A colour of the styles as a canvas wants it. */
export const resolved = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
