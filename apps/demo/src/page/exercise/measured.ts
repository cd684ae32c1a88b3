import { patternOf } from '../language/patterns.ts';

/** What a claim is held against: checks of a variant, by their names or the patterns of these. */
export interface Measured {
  readonly variant: string;
  readonly checks: readonly string[];
}

/** Reads `in dropout-0: a check; another`. */
export function readMeasured(text: string): Measured {
  const found = /^in ([\w-]+): (.+)$/.exec(text);
  if (found === null) throw new Error(`internal: '${text}' does not say what is measured where`);
  return { variant: found[1]!, checks: found[2]!.split('; ') };
}

export const isMeasured = ({ checks }: Measured, name: string): boolean =>
  checks.includes(name) || checks.includes(patternOf(name));

/** A stretch of an explanation: HTML, or a claim with what it is held against. */
export interface Piece {
  readonly html: string;
  readonly measured: Measured | null;
}

/** An explanation cut at the claims that are held against something. */
export function piecesOf(explanation: string): Piece[] {
  return explanation
    .split(/(<blockquote[^>]* data-measured="[^"]*">[^]*?<\/blockquote>)/)
    .filter((html) => html.trim() !== '')
    .map((html) => {
      const measured = /^<blockquote[^>]* data-measured="([^"]*)"/.exec(html)?.[1];
      const plain = measured
        ?.replaceAll('&gt;', '>')
        .replaceAll('&lt;', '<')
        .replaceAll('&amp;', '&');
      return { html, measured: plain === undefined ? null : readMeasured(plain) };
    });
}
