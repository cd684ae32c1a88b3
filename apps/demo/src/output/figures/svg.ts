import type { Figure } from '../../events/event.ts';
import { gridSvg } from './grid.ts';
import { heatmapSvg } from './heatmap.ts';
import { scatterSvg } from './scatter.ts';
import { tensorSvg } from './tensor.ts';
import { tokensSvg } from './tokens.ts';

/** Figures that are drawn as SVG: tables are CSV, pictures PNG. */
export type DrawnFigure = Exclude<Figure, { type: 'table' | 'picture' }>;

/** A figure as a standalone SVG document. */
export function figureSvg(title: string, figure: DrawnFigure): string {
  switch (figure.type) {
    case 'heatmap':
      return heatmapSvg(title, figure);
    case 'scatter':
      return scatterSvg(title, figure);
    case 'grid':
      return gridSvg(title, figure);
    case 'tokens':
      return tokensSvg(title, figure);
    case 'tensor':
      return tensorSvg(title, figure);
  }
}
