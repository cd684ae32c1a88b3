/** How much of what an export's page should say is there. */
import { ReflectionKind, type DeclarationReflection, type ProjectReflection, type Reflection } from 'typedoc'; // prettier-ignore
import { exportsOf } from './categories.ts';
import type { Facts } from './facts.ts';
import { commentOf, sentenceOf } from './llms.ts';
import { playable } from './playground.ts';

/** Counts over all exports, as lines; the first ones must be whole. */
export interface Coverage {
  readonly lines: readonly string[];
  readonly missing: readonly string[];
}

export function coverage(project: ProjectReflection, facts: ReadonlyMap<Reflection, Facts>): Coverage {
  const all = exportsOf(project.children ?? []).filter(
    (one) => !one.isReference() && one.kind !== ReflectionKind.Namespace,
  );
  const values = all.filter((one) => one.kindOf([ReflectionKind.Class, ReflectionKind.Function, ReflectionKind.Variable]));
  const factsFor = (one: DeclarationReflection): Facts | undefined => facts.get(one.signatures?.[0] ?? one);
  const text = (one: DeclarationReflection): string => {
    const { summary = [], blockTags = [] } = commentOf(one) ?? {};
    return [...summary, ...blockTags.flatMap(({ content }) => content)].map((part) => part.text).join('');
  };
  const example = (one: DeclarationReflection): string => {
    const parts = commentOf(one)?.getTag('@example')?.content ?? [];
    return parts.map((part) => part.text).join('').replace(/^\s*```(?:ts)?\n/, '');
  };
  const rows: [string, readonly DeclarationReflection[], (one: DeclarationReflection) => boolean][] = [
    ['a first sentence', all, (one) => sentenceOf(one) !== ''],
    ['a category', all, (one) => commentOf(one)?.getTag('@category') !== undefined || categorised(one)],
    ['an executed example (values)', values, (one) => example(one) !== ''],
    ['an example for the playground (values)', values, (one) => playable(example(one))],
    ['backends and gradient from its ops (values)', values, (one) => (factsFor(one)?.ops.length ?? 0) > 0],
    ["PyTorch's name (values)", values, (one) => factsFor(one)?.elsewhere.has('PyTorch') === true || /torch|nn\.|F\./.test(text(one))],
    ['a name in some library (values)', values, (one) => (factsFor(one)?.elsewhere.size ?? 0) > 0 || /torch|nn\.|F\./.test(text(one))],
    ['exercises (values)', values, (one) => (factsFor(one)?.exercises.length ?? 0) > 0],
    ['an equation (values)', values, (one) => /\$|= [^>]/.test(text(one).replaceAll(/```[^]*?```/g, ''))],
    ['its errors (values)', values, (one) => /@throws|[Tt]hrows/.test(text(one)) || commentOf(one)?.getTag('@throws') !== undefined],
  ];
  const required = 3;
  const missing: string[] = [];
  const lines = rows.map(([what, of, has], index) => {
    const without = of.filter((one) => !has(one));
    if (index < required) missing.push(...without.map((one) => `${one.getFullName()} has not ${what}`));
    const share = (100 * (of.length - without.length)) / Math.max(of.length, 1);
    return `${String(of.length - without.length).padStart(5)} of ${of.length} have ${what} (${share.toFixed(0)} %)`;
  });
  return { lines: [`${all.length} exports, ${values.length} of them values`, ...lines], missing };
} // prettier-ignore

// Typedoc takes the tag away once it has filed the export.
function categorised(one: DeclarationReflection): boolean {
  const { parent } = one;
  return parent?.isContainer() === true && (parent.categories ?? []).some(({ title, children }) => title !== 'Other' && children.includes(one));
} // prettier-ignore
