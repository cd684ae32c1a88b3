import type { Figure } from '../events/event.ts';
import type { Drawing } from './drawing.ts';
import { gridDrawing } from './grid.ts';
import { heatmapDrawing } from './heatmap.ts';
import { scatterDrawing } from './scatter.ts';
import { tensorDrawing } from './tensor.ts';
import { tokensDrawing } from './tokens.ts';

/** Figures that are drawn: tables are tables, pictures are pixels. */
export type DrawnFigure = Exclude<Figure, { type: 'table' | 'picture' }>;

/** What a figure looks like, on the page and in a file. */
export function drawingOf(figure: DrawnFigure): Drawing {
  switch (figure.type) {
    case 'heatmap':
      return heatmapDrawing(figure);
    case 'scatter':
      return scatterDrawing(figure);
    case 'grid':
      return gridDrawing(figure);
    case 'tokens':
      return tokensDrawing(figure);
    case 'tensor':
      return tensorDrawing(figure);
  }
}
