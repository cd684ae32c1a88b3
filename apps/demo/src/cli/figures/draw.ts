import type { Figure, TableEvent } from '../../events/event.ts';
import { gridText } from './grid.ts';
import { heatmapText } from './heatmap.ts';
import { pictureText } from './picture.ts';
import { scatterText } from './scatter.ts';
import { paint, type Style } from './style.ts';
import { tensorText } from './tensor.ts';
import { tokensText } from './tokens.ts';

/** A figure in characters, its name above it; tables are drawn by `table`. */
export function drawFigure(
  figure: Figure,
  style: Style,
  table: (event: TableEvent) => string,
): string {
  return `${paint(style, 'bold', figure.name)}${figure.type === 'tensor' ? ' ' : '\n'}${body(figure, style, table)}`;
}

function body(figure: Figure, style: Style, table: (event: TableEvent) => string): string {
  switch (figure.type) {
    case 'table':
      return table(figure);
    case 'picture':
      return pictureText(figure, style);
    case 'heatmap':
      return heatmapText(figure, style);
    case 'scatter':
      return scatterText(figure, style);
    case 'grid':
      return gridText(figure, style);
    case 'tokens':
      return tokensText(figure, style);
    case 'tensor':
      return tensorText(figure, style);
  }
}
