/** How much of what an export's page should say is there. */
import { ReflectionKind, type DeclarationReflection, type Reflection } from 'typedoc'; // prettier-ignore
import { exportsOf } from './categories.ts';
import type { Converted } from './convert.ts';
import type { Facts } from './facts.ts';
import { commentOf, sentenceOf } from './llms.ts';
import { playable } from './playground.ts';
import { ThrowFinder } from './throws.ts';

/** Counts over all exports, as lines. */
export interface Coverage {
  readonly lines: readonly string[];
  /** What has to be there and is not. */
  readonly missing: readonly string[];
}

/** What computes something says what, in its docstring: values of these categories have an equation. */
const computes: ReadonlySet<string> = new Set(
  `Activations, Attention, Averaging, Cells, Convolution, Layers, Losses, Normalisation, Padding, Pooling,
    Resampling, Initialisers, Optimizers, Learning-rate schedulers, Gradient clipping, Gradients, Metrics,
    Continuous, Discrete, Multivariate, Relaxed, Transforms, Divergences, Random numbers, Adversarial, Diffusion,
    Flows, Variational autoencoders, Evaluation, Projections, Bandits, Planning, Policy methods, Tabular methods,
    Value methods, Linear approximation`.split(/,\s+/),
);

/** What stands under one of them and has none. */
const without: ReadonlySet<string> = new Set([
  // What others of its kind are made of, and what only holds their results.
  ...`CorpusMetric, Likelihood, LRScheduler, Metric, SequenceModule, Transform, BLEUScore, CHRFScore, CorpusScore,
    TERScore`.split(/,\s+/),
  // Networks of many layers, which have the equations.
  ...`ActorCritic, Critic, DeterministicActor, TwinCritic, DCGANDiscriminator, DCGANGenerator, PointNetwork, UNet`.split(
    /,\s+/,
  ),
  // What runs something else, or keeps it.
  ...`GanTrainer, playBandit, playContextualBandit, updateBn, policyPresets, valuePresets, registerKl, skipInit,
    backward, backwardAsync, checkpoint, customVjp, Generator, defaultGenerator, manualSeed, randperm, dropLabels,
    Flatten, Unflatten`.split(/,\s+/),
]);

export function coverage({ project, program, declared }: Converted, facts: ReadonlyMap<Reflection, Facts>): Coverage {
  const finder = new ThrowFinder(program, new Set([...declared.values()].flat()));
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
  const named = new Map(values.map((one) => [one.name, one]));
  const equation = (one: DeclarationReflection): boolean => {
    if (hasEquation(text(one))) return true;
    const [, other = ''] = /`(\w+)` has (?:the|its) equations?/.exec(text(one)) ?? [];
    const there = named.get(other);
    return there !== undefined && hasEquation(text(there));
  };
  const errors = (one: DeclarationReflection): boolean => /\b[Tt]hrows\b/.test(text(one)) || commentOf(one)?.getTag('@throws') !== undefined;
  const rows: [string, readonly DeclarationReflection[], (one: DeclarationReflection) => boolean][] = [
    ['a first sentence', all, (one) => sentenceOf(one) !== ''],
    ['a category', all, (one) => commentOf(one)?.getTag('@category') !== undefined || categoryOf(one) !== 'Other'],
    ['an executed example (values)', values, (one) => example(one) !== ''],
    ['an equation (values that compute)', values.filter((one) => computes.has(categoryOf(one)) && !without.has(one.name)), equation],
    ['their errors (values that throw)', values.filter((one) => finder.throws(declared.get(one) ?? [])), errors],
    ['an example for the playground (values)', values, (one) => playable(example(one))],
    ['backends and gradient from its ops (values)', values, (one) => (factsFor(one)?.ops.length ?? 0) > 0],
    ["PyTorch's name (values)", values, (one) => factsFor(one)?.elsewhere.has('PyTorch') === true || /torch|nn\.|F\./.test(text(one))],
    ['a name in some library (values)', values, (one) => (factsFor(one)?.elsewhere.size ?? 0) > 0 || /torch|nn\.|F\./.test(text(one))],
    ['exercises (values)', values, (one) => (factsFor(one)?.exercises.length ?? 0) > 0],
  ];
  const required = 5; // of the rows, the first ones
  const missing: string[] = [];
  const lines = rows.map(([what, of, has], index) => {
    const lacking = of.filter((one) => !has(one));
    if (index < required) missing.push(...lacking.map((one) => `${one.getFullName()} lacks ${what}`));
    const share = (100 * (of.length - lacking.length)) / Math.max(of.length, 1);
    return `${String(of.length - lacking.length).padStart(5)} of ${of.length} have ${what} (${share.toFixed(0)} %)`;
  });
  return { missing, lines: [`${all.length} exports, ${values.length} of them values`, ...lines] };
} // prettier-ignore

/** Whether a docstring has a formula: TeX, or `y = f(x)` in plain letters, which neither a default nor a line of code is. */
export function hasEquation(docstring: string): boolean {
  const prose = docstring.replaceAll(
    /```[^]*?```|`[\w.]+ = (?:[\d.e-]+|'[^']*'|true|false|null)`/g,
    '',
  );
  return /\$[^$]+\$|[^=!<>]= [^>]/.test(prose);
}

/** What an export is filed under; typedoc takes the tag away once it has filed it. */
function categoryOf(one: DeclarationReflection): string {
  const { parent } = one;
  const { title } = (parent?.isContainer() === true && parent.categories?.find(({ children }) => children.includes(one))) || { title: 'Other' };
  return title;
} // prettier-ignore
