import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A plot as a standalone SVG document with its title above it. */
export function svgDocument(title: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><title>figure</title>');
  const figure = Plot.plot({
    width: 720,
    marginRight: 24,
    marginTop: 44,
    ...options,
    document,
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -32, fontSize: 13, fontWeight: 'bold' }),
      ...(options.marks ?? []),
    ],
  });
  figure.setAttribute('style', 'background: white');
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${figure.outerHTML}\n`;
}
