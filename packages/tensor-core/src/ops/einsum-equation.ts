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
  const compact = equation.replaceAll(' ', '');
  const [inputs, output, ...more] = compact.split('->');
  const written = inputs!.split(',');
  const malformed = [...written, output ?? ''].some(
    (term) => !/^[a-z]*(\.{3})?[a-z]*$/i.test(term),
  );
  if (malformed || more.length > 0) {
    throw new ShapeError(
      `einsum: "${equation}" is not an equation. Write letters, as in "...ij,jk->ik".`,
    );
  }
  if (written.length !== shapes.length) {
    throw new ShapeError(
      `einsum: needs one tensor per term of "${equation}", got ${shapes.length} for ${written.length}. Commas separate terms.`,
    );
  }
  const terms = written.map((term, i) => expandTerm(equation, term, shapes[i]!));
  const depth = Math.max(...terms.map((labels) => labels.filter(isEllipsis).length));
  const result =
    output === undefined
      ? implicitResult(terms, depth)
      : lettersOf(output).flatMap((label) => (label === '...' ? ellipsis(depth) : [label]));
  for (const label of result) {
    if (result.indexOf(label) !== result.lastIndexOf(label)) {
      throw new ShapeError(
        `einsum: "${label}" appears twice in the result of "${equation}". Name each dimension once.`,
      );
    }
    if (!terms.some((labels) => labels.includes(label))) {
      throw new ShapeError(
        `einsum: "${label}" of the result appears in no term of "${equation}". Take it out, or add it to a term.`,
      );
    }
  }
  return { terms, result };
}

function expandTerm(equation: string, term: string, shape: Shape): string[] {
  const letters = lettersOf(term);
  const hasEllipsis = letters.includes('...');
  const hidden = shape.length - (letters.length - Number(hasEllipsis));
  if (hidden < 0 || (hidden > 0 && !hasEllipsis)) {
    throw new ShapeError(
      `einsum: term "${term}" of "${equation}" does not fit ${formatShape(shape)}. Write one letter per dimension, or "..." for some.`,
    );
  }
  return letters.flatMap((label) => (label === '...' ? ellipsis(hidden) : [label]));
}

/** The letters that occur once, in alphabetical order, after the dims under `...`. */
function implicitResult(terms: readonly (readonly string[])[], depth: number): string[] {
  const letters = terms.flat().filter((label) => !isEllipsis(label));
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...ellipsis(depth), ...once.sort()];
}

function lettersOf(term: string): string[] {
  return term.match(/\.{3}|[a-z]/gi) ?? [];
}

/** `...1`, `...0` for two dims: the last is always 0. */
function ellipsis(dims: number): string[] {
  return Array.from({ length: dims }, (_, i) => `...${dims - 1 - i}`);
}

function isEllipsis(label: string): boolean {
  return label.length > 1;
}
