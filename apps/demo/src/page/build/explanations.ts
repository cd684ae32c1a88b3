import type { Plugin } from 'vite';
import { htmlOf } from './markup.ts';

/** Makes a module of each explanation: its HTML, formulas and all, so that the page needs neither parser nor typesetter. */
export function explanations(): Plugin {
  return {
    name: 'explanations',
    transform(source, id) {
      if (!id.endsWith('.md')) return null;
      return {
        code: `export default ${JSON.stringify(htmlOf(source))};`,
        map: null,
        moduleType: 'js',
      };
    },
  };
}
