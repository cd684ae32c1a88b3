import type { Plugin } from 'vite';

/** Gives the page what is found when it is built, as the export of that name of `virtual:name`. */
export function list(name: string, find: () => readonly unknown[]): Plugin {
  const address = `virtual:${name}`;
  return {
    name,
    resolveId: (id) => (id === address ? `\0${address}` : null),
    load: (id) =>
      id === `\0${address}` ? `export const ${name} = ${JSON.stringify(find())};` : null,
  };
}
