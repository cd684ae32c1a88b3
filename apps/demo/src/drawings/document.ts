import { renderToString } from 'preact-render-to-string';
import { LIGHT, type ColourName } from './colours.ts';
import { text, widthOf, type Drawing, svg } from './drawing.ts';

const TITLE = 34; // pixels for it

/** A drawing under its title as an SVG document that every viewer can show. */
export function svgDocument(title: string, { width, height, content }: Drawing): string {
  const wide = Math.max(width + 24, widthOf(title, 14) * 1.1 + 24);
  const root = svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${Math.ceil(wide)} ${Math.ceil(height + TITLE + 12)}`,
      width: Math.ceil(wide),
      height: Math.ceil(height + TITLE + 12),
      'font-family': 'system-ui, sans-serif',
    },
    svg('rect', { width: '100%', height: '100%', fill: LIGHT.card }),
    text(12, 22, title, { size: 14, fill: 'ink', weight: 600 }),
    svg('g', { transform: `translate(12 ${TITLE})` }, content),
  );
  const written = renderToString(root).replaceAll(
    /var\(--(\w+)\)/g,
    (whole, name: string) => LIGHT[name as ColourName] ?? whole, // only names of colours stand in drawings
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written}\n`;
}
