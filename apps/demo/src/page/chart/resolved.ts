import type { ColourName } from '../../drawings/colours.ts';

/** A colour of the styles as a canvas wants it. */
export const resolved = (name: ColourName): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
