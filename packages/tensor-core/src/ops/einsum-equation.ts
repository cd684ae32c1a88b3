/** Reading an einsum equation against the shapes it is applied to. */
import { ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';

/** One label per dim of each operand and of the result; dims under `...` have labels `...0`, `...1`. */
export interface ExpandedEquation {
  readonly terms: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/**
 * The labels of every dim. Dims under `...` are numbered from the last one, so that they align as
 * broadcasting does.
 */
export function expandEquation(equation: string, shapes: readonly Shape[]): ExpandedEquation {
  const compact = String(equation).replaceAll(' ', '');
  const [inputs, output, ...more] = compact.split('->');
  const written = inputs!.split(',');
  const malformed = [...written, output ?? ''].some(
    (term) => !/^[a-z]*(\.{3})?[a-z]*$/i.test(term),
  );
  if (malformed || more.length > 0) {
    throw new ShapeError(`einsum: "${equation}" is not an equation as "...ij,jk->ik".`);
  }
  if (written.length !== shapes.length) {
    throw new ShapeError(
      `einsum: needs one tensor per term of "${equation}", got ${shapes.length} for ${written.length}.`,
    );
  }
  const hidden = written.map((term, i) => hiddenDims(equation, term, shapes[i]!));
  const terms = written.map((term, i) => expand(term, hidden[i]!));
  const depth = Math.max(...hidden);
  const result =
    output === undefined ? [...expand('...', depth), ...lettersOnce(terms)] : expand(output, depth);
  for (const label of result) {
    if (result.indexOf(label) !== result.lastIndexOf(label)) {
      throw new ShapeError(
        `einsum: "${label}" appears twice in the result of "${equation}". Name it once.`,
      );
    }
    if (!terms.some((labels) => labels.includes(label))) {
      throw new ShapeError(
        `einsum: "${label}" of the result appears in no term of "${equation}". Take it out.`,
      );
    }
  }
  return { terms, result };
}

/** How many dims stand under the `...` of a term. */
function hiddenDims(equation: string, term: string, shape: Shape): number {
  const letters = term.replace('...', '');
  const hidden = shape.length - letters.length;
  if (hidden < 0 || (hidden > 0 && letters === term)) {
    throw new ShapeError(
      `einsum: term "${term}" of "${equation}" does not fit ${formatShape(shape)}. Write a letter per dimension, or "...".`,
    );
  }
  return hidden;
}

/** The letters of a term, and `...1`, `...0` for two dims under `...`: the last is always 0. */
function expand(term: string, hidden: number): string[] {
  return (term.match(/\.{3}|[a-z]/gi) ?? []).flatMap((label) =>
    label === '...' ? Array.from({ length: hidden }, (_, i) => `...${hidden - 1 - i}`) : label,
  );
}

/** The letters that occur once, in alphabetical order. */
function lettersOnce(terms: readonly (readonly string[])[]): string[] {
  const letters = terms.flat().filter((label) => label.length === 1);
  return letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label)).sort();
}
