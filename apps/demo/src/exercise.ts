import type { LabeledImages } from '@kasane/datasets';
import type { Check } from './check.ts';
import { accepts, ruleOf } from './parameter.ts';
import type { Parameters, Value, Values } from './parameter.ts';

/** A name in the two languages of the demo. */
export interface Title {
  en: string;
  ja: string;
}

/** `full` reproduces the course; `quick` is small enough to run every exercise in one go. */
export type Preset = 'quick' | 'full';

/** Pictures to learn from and pictures to be asked. */
export interface Pictures {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
}

/** Data sets whose original files an exercise can be given, in place of what it has by default. */
export type Original = 'mnist' | 'cifar10';

/** What an exercise is given when it runs. */
export interface Context<P extends Parameters = Parameters, Variant extends string = string> {
  readonly parameters: Values<P>;
  readonly variant: Variant | 'default';
  /** The one source of randomness: the same seed gives the same figures. */
  readonly seed: number;
  readonly preset: Preset;
  /** The original data, where the exercise declares that it takes it and someone has the files. */
  readonly data?: Pictures;
  /** For an exercise that waits on something; between two events the runner itself looks at it. */
  readonly signal: AbortSignal;
}

/** A table's cell. */
export type Cell = number | string | boolean;

/** What an exercise reports while it runs. `ChartName` are the charts it declares. */
export type ExerciseEvent<ChartName extends string = string> =
  | { type: 'progress'; step: number; total: number; loss?: number }
  | { type: 'metric'; name: string; value: number }
  /** One point, or many at once, added to the series `name` of a declared chart. */
  | {
      type: 'series';
      chart: ChartName;
      name: string;
      x: number | readonly number[];
      y: number | readonly number[];
    }
  | {
      type: 'table';
      name: string;
      columns: readonly string[];
      rows: readonly (readonly Cell[])[];
    }
  /** Row by row from the top: `width × height` grey values, or three times as many for RGB. */
  | { type: 'picture'; name: string; width: number; height: number; pixels: Uint8Array };

/** How the series of one chart are drawn. */
export interface Chart {
  /** What the horizontal axis shows: `step`. */
  x: string;
  /** What the vertical axis shows: `loss`. */
  y: string;
  scale?: 'linear' | 'log';
  /** Names of series drawn as dots; the others are lines. */
  dots?: readonly string[];
}

/** A named set of parameter values, such as one of the course's own tries. */
export interface Variant<V = Readonly<Record<string, Value>>> {
  title: Title;
  parameters: V;
  /** What the quick preset changes further. */
  quick?: V;
}

/** Yields what happens, returns what it amounts to. */
export type Run<ChartName extends string = string> =
  | Generator<ExerciseEvent<ChartName>, readonly Check[], void>
  | AsyncGenerator<ExerciseEvent<ChartName>, readonly Check[], void>;

/** A stretch of a run in a function of its own: `const network = yield* train(settings)`. */
export type Part<ChartName extends string, Result> = Generator<
  ExerciseEvent<ChartName>,
  Result,
  void
>;

/** What `defineExercise` is given; see there. */
export interface Definition<
  P extends Parameters,
  VariantName extends string,
  ChartName extends string,
> {
  /** Also the name of its file: `rnn-binary-addition`. */
  id: string;
  title: Title;
  /** One sentence. */
  summary: string;
  /** Lines of the course report that it answers. */
  lines: readonly number[];
  /** The packages it shows. */
  packages: readonly `@kasane/${string}`[];
  parameters: P;
  /** The data set whose original files it takes with `--data`. */
  data?: Original;
  variants?: Readonly<Record<VariantName, Variant<Partial<Values<NoInfer<P>>>>>>;
  charts?: Readonly<Record<ChartName, Chart>>;
  run(context: Context<NoInfer<P>, NoInfer<VariantName>>): Run<NoInfer<ChartName>>;
}

/** An exercise as the command line and the page see it, the types of its own parameters forgotten. */
export interface Exercise {
  readonly id: string;
  readonly title: Title;
  readonly summary: string;
  readonly lines: readonly number[];
  readonly packages: readonly string[];
  readonly parameters: Parameters;
  readonly data?: Original;
  /** Without `default`, which is the declared values themselves. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly charts: Readonly<Record<string, Chart>>;
  run(context: Context): Run;
}

/** Names that are options of `demo run` itself, so no parameter can have them. */
const RESERVED = ['variant', 'seed', 'preset', 'backend', 'mode', 'json', 'out', 'data', 'help'];
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Declares an exercise. Types follow from the declaration: `context.parameters.steps` is a number
 * where `steps` is declared an integer, `context.parameters.activation` the union of its options.
 *
 * @throws Error naming the first declaration that contradicts itself
 */
export function defineExercise<
  const P extends Parameters,
  const VariantName extends string = never,
  const ChartName extends string = never,
>(definition: Definition<P, VariantName, ChartName>): Exercise {
  const { id, parameters } = definition;
  // Some of the declared parameters' values are values by name.
  const variants = (definition.variants ?? {}) as Readonly<Record<string, Variant>>;
  const refuse = (what: string): never => {
    throw new Error(`internal: exercise '${id}': ${what}`);
  };
  if (!KEBAB_CASE.test(id)) refuse('an id is written in kebab-case');

  const requireValid = (where: string, name: string, value: Value | undefined): void => {
    const parameter = parameters[name];
    if (parameter === undefined) return refuse(`${where} sets '${name}', which is no parameter`);
    if (value !== undefined && !accepts(parameter, value)) {
      refuse(`${where} of '${name}' must be ${ruleOf(parameter)}, got ${value}`);
    }
  };
  for (const [name, parameter] of Object.entries(parameters)) {
    if (RESERVED.includes(name)) refuse(`'${name}' is an option of every exercise already`);
    requireValid('the default', name, parameter.default);
    requireValid('the quick preset', name, parameter.quick);
  }
  for (const [variant, { parameters: values, quick }] of Object.entries(variants)) {
    if (variant === 'default') refuse("the variant 'default' is the declared values themselves");
    if (!KEBAB_CASE.test(variant)) refuse(`variant '${variant}' is not written in kebab-case`);
    for (const [name, value] of Object.entries({ ...values, ...quick })) {
      requireValid(`variant '${variant}'`, name, value);
    }
  }
  return {
    ...definition,
    variants,
    charts: definition.charts ?? {},
    // The runner builds a context from these very declarations, so its values have their types.
    run: (context) => definition.run(context as Context<P, VariantName>),
  };
}
