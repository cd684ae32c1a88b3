/** Links that open an example in the page's playground, where the program lives in the link. */
import { deflateRawSync } from 'node:zlib';
import { PAGE } from './tidy.ts';

/** The fence of a Markdown parser that renders a block of code. */
type Fence = (
  tokens: { readonly info: string; readonly content: string }[],
  index: number,
  ...rest: unknown[]
) => string;

/** Whether a program needs nothing but what the page has. */
export function playable(source: string): boolean {
  return /^import /m.test(source) && !/from '(?:node:|@kasane\/[\w-]+\/node)/.test(source);
}

/** The program as the page's links have it: apps/demo/src/page/code/program-link.ts. */
export function playgroundLink(source: string): string {
  return `${PAGE}#/playground?code=${deflateRawSync(source, { level: 9 }).toString('base64url')}`;
}

/** Puts the link after every block of TypeScript that the playground can run. */
export function withLinks(fence: Fence): Fence {
  return (tokens, index, ...rest) => {
    const html = fence(tokens, index, ...rest);
    const { info = '', content = '' } = tokens[index] ?? {};
    if (!/^(?:ts)?$/.test(info.trim()) || !playable(content)) return html;
    return `${html}<a class="run" href="${playgroundLink(content)}"></a>`;
  };
}
