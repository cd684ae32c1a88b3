/**
 * Drawings are made once and shown twice: on the page as they are, in files as SVG documents. They are trees of SVG elements, in the
 * colours of `colours.ts` by name.
 */
import { h, type ComponentChildren, type VNode } from 'preact';
import { colour, type ColourName } from './colours.ts';

/** An element of a drawing. */
export type Mark = VNode<object>;

export const svg = (name: string, attributes: object, ...children: ComponentChildren[]): Mark =>
  h<object>(name, attributes, ...children);

/** What a figure looks like. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly content: Mark;
}

/** How wide a text is in letters of 12 pixels; Chinese and Japanese signs are square. */
export function widthOf(text: string, size = 12): number {
  let width = 0;
  for (const letter of text) width += letter > '⺀' ? size : size * 0.58;
  return width;
}

/** How a text stands. */
export interface Letters {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: ColourName;
  readonly weight?: number;
  /** Degrees, around the place of the text. */
  readonly turn?: number;
  /** Over lines, a halo keeps it readable. */
  readonly halo?: boolean;
}

export function text(x: number, y: number, content: string, letters: Letters = {}): Mark {
  const { size = 12, anchor = 'start', fill = 'soft', weight, turn, halo } = letters;
  return svg(
    'text',
    {
      x: round(x),
      y: round(y),
      fill: colour(fill),
      'font-size': size,
      'text-anchor': anchor,
      ...(weight === undefined ? {} : { 'font-weight': weight }),
      ...(turn === undefined ? {} : { transform: `rotate(${turn} ${round(x)} ${round(y)})` }),
      ...(halo === true ? { stroke: colour('card'), 'stroke-width': 3, 'paint-order': 'stroke', 'stroke-linejoin': 'round' } : {}),
    },
    content,
  ); // prettier-ignore
}

export const group = (name: string, children: ComponentChildren, more: object = {}): Mark =>
  svg('g', { class: name, ...more }, children);

/** Tenths of a pixel are fine enough. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** Rectangles of one colour as a path: one element, however many there are. */
export function boxes(
  rectangles: Iterable<readonly [x: number, y: number, width: number, height: number]>,
): string {
  let path = '';
  for (const [x, y, width, height] of rectangles) {
    path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
  }
  return path;
}

/** A line through points; those that are no numbers break it. */
export function polyline(x: ArrayLike<number>, y: ArrayLike<number>): string {
  let path = '';
  let command = 'M';
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]!) || !Number.isFinite(y[i]!)) command = 'M';
    else {
      path += `${command}${round(x[i]!)} ${round(y[i]!)}`;
      command = 'L';
    }
  }
  return path;
}
