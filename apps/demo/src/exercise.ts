import type { LabeledImages } from '@kasane/datasets';
import type { Check } from './check.ts';
import type { ExerciseEvent } from './events/event.ts';
import { accepts, ruleOf } from './parameter.ts';
import type { Parameters, Value, Values } from './parameter.ts';

/** A name in the two languages of the demo. */
export interface Title {
  en: string;
  ja: string;
}

/** `full` has the settings of the course; `quick` is small enough to run every exercise in one go. */
export type Preset = 'quick' | 'full';

/** Pictures to learn from and pictures to be asked. */
export interface Pictures {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
}

/** A sentence and its translation, as words. */
export type SentencePair = readonly [source: readonly string[], target: readonly string[]];

/** Sentences to learn from, to choose by while learning, and to be asked. */
export interface ParallelCorpus {
  readonly train: readonly SentencePair[];
  readonly dev: readonly SentencePair[];
  readonly test: readonly SentencePair[];
}

/** Points that a curve shall go through. */
export interface Points {
  readonly x: readonly number[];
  readonly d: readonly number[];
}

/** Flowers: four lengths of each, its species, and what the species are called. */
export interface Flowers {
  readonly measured: readonly (readonly number[])[];
  readonly species: readonly number[];
  readonly names: readonly string[];
}

/**
 * What an exercise can be given in place of what it has by default: the original files of a data set, or data of one's own. `data/kinds.ts`
 * reads them.
 */
export interface Originals {
  mnist: Pictures;
  cifar10: Pictures;
  'small-parallel-enja': ParallelCorpus;
  points: Points;
  flowers: Flowers;
  /** Words, in their order. */
  text: readonly string[];
}

/** The name of such a data set. */
export type Original = keyof Originals;

/** What an exercise is given when it runs. */
export interface Context<
  P extends Parameters = Parameters,
  Variant extends string = string,
  Data extends Original = Original,
> {
  readonly parameters: Values<P>;
  readonly variant: Variant | 'default';
  /** The one source of randomness: the same seed gives the same figures. */
  readonly seed: number;
  readonly preset: Preset;
  /** The original data or one's own, where the exercise declares that it takes it and someone has given it. */
  readonly data?: Originals[Data];
  /** For an exercise that waits on something; between two events the runner itself looks at it. */
  readonly signal: AbortSignal;
}

/** A part of the plane. */
export interface Plane {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

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
  /** What `--data` changes further, for what the original data need. */
  withData?: V;
}

/** What a run amounts to: its checks, and what can be asked further questions, where there are any. */
export interface Outcome<Trained> {
  readonly checks: readonly Check[];
  readonly trained: Trained;
}

/** Yields what happens, returns what it amounts to; checks alone where nothing can be asked. */
export type Run<ChartName extends string = string, Trained = unknown> =
  | Generator<ExerciseEvent<ChartName>, readonly Check[] | Outcome<Trained>, void>
  | AsyncGenerator<ExerciseEvent<ChartName>, readonly Check[] | Outcome<Trained>, void>;

/** A stretch of a run in a function of its own: `const network = yield* train(settings)`. */
export type Part<ChartName extends string, Result> = Generator<
  ExerciseEvent<ChartName>,
  Result,
  void
>;

/** The same where values are awaited. */
export type AsyncPart<ChartName extends string, Result> = AsyncGenerator<
  ExerciseEvent<ChartName>,
  Result,
  void
>;

/** Events that answer a question. */
export type Answer = Iterable<ExerciseEvent> | AsyncIterable<ExerciseEvent>;

/** Something to ask of what was trained: two numbers to add, a digit to read, a sentence to go on with. */
export interface Try<P extends Parameters = Parameters, Trained = unknown> {
  title: Title;
  /** What is asked, by name. */
  parameters: P;
  /** Answers, as a run reports. Throws UsageError for what no rule of a parameter can say. */
  run(trained: Trained, values: Values<P>): Answer;
}

/** What is known of an exercise before its code is there: all that a list, a help text or a page's contents show. */
export interface ExerciseData {
  /** Also the name of its file or folder: `rnn-binary-addition`. */
  readonly id: string;
  readonly title: Title;
  /** One sentence. */
  readonly summary: string;
  /** Rows of the course, as `course/rows.ts` numbers them, that its checks answer. */
  readonly rows: readonly number[];
  readonly parameters: Parameters;
  /** What it takes with `--data`, and on the page. */
  readonly data?: Original;
  /** Where points of one's own can be drawn, for an exercise that takes them. */
  readonly plane?: Plane;
  /** What `--data` changes of the declared values. */
  readonly withData?: Readonly<Record<string, Value>>;
  /** Without `default`, which is the declared values themselves. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly charts: Readonly<Record<string, Chart>>;
  readonly tries: Readonly<Record<string, Pick<Try, 'title' | 'parameters'>>>;
}

/** An exercise of the catalog: what is known of it before its code is there. */
export interface CatalogEntry extends ExerciseData {
  /** The packages it shows, which are those that it imports. */
  readonly packages: readonly string[];
}

/** The same with a way to its code. */
export interface ListedExercise extends CatalogEntry {
  load(): Promise<Exercise>;
}

/** An exercise as the command line and the page run it, the types of its own parameters forgotten. */
export interface Exercise extends ExerciseData {
  readonly tries: Readonly<Record<string, Try>>;
  run(context: Context): Run;
}

/** What `defineExercise` is given; see `ExerciseData` for what the fields mean. */
export interface Definition<
  P extends Parameters,
  VariantName extends string,
  ChartName extends string,
  Trained,
  Asked extends Readonly<Record<string, Parameters>>,
  Data extends Original = never,
> {
  id: string;
  title: Title;
  summary: string;
  rows: readonly number[];
  parameters: P;
  data?: Data;
  plane?: Plane;
  withData?: Partial<Values<NoInfer<P>>>;
  variants?: Readonly<Record<VariantName, Variant<Partial<Values<NoInfer<P>>>>>>;
  charts?: Readonly<Record<ChartName, Chart>>;
  run(
    context: Context<NoInfer<P>, NoInfer<VariantName>, NoInfer<Data>>,
  ): Run<NoInfer<ChartName>, Trained>;
  /** What can be asked of `trained`, which `run` returns; declared after it. */
  tries?: { readonly [Name in keyof Asked]: Try<Asked[Name], NoInfer<Trained>> };
}

/** Names that are options of `demo run` itself, so no parameter can have them. */
const RESERVED = ['variant', 'seed', 'preset', 'backend', 'mode', 'json', 'out', 'data', 'help', 'try']; // prettier-ignore
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Declares an exercise. Types follow from the declaration: `context.parameters.steps` is a number
 * where `steps` is declared an integer, `context.parameters.activation` the union of its options; what `run` returns as
 * `trained` is what the tries get.
 *
 * @throws Error naming the first declaration that contradicts itself
 */
export function defineExercise<
  const P extends Parameters,
  const VariantName extends string = never,
  const ChartName extends string = never,
  Trained = never,
  const Asked extends Readonly<Record<string, Parameters>> = Readonly<Record<never, Parameters>>,
  const Data extends Original = never,
>(definition: Definition<P, VariantName, ChartName, Trained, Asked, Data>): Exercise {
  const { withData: forData, ...declared } = definition;
  const { id, parameters } = declared;
  // As with the variants below.
  const withData = forData as Readonly<Record<string, Value>> | undefined;
  // Some of the declared parameters' values are values by name.
  const variants = (definition.variants ?? {}) as Readonly<Record<string, Variant>>;
  // The runner hands a try what the run of this very declaration returned.
  const tries = (definition.tries ?? {}) as Readonly<Record<string, Try>>;
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
  for (const [name, value] of Object.entries(withData ?? {})) requireValid('withData', name, value);
  for (const [variant, { parameters: values, quick, withData: more }] of Object.entries(variants)) {
    if (variant === 'default') refuse("the variant 'default' is the declared values themselves");
    if (!KEBAB_CASE.test(variant)) refuse(`variant '${variant}' is not written in kebab-case`);
    const given = [values, quick, more].flatMap((one) => Object.entries(one ?? {}));
    for (const [name, value] of given) requireValid(`variant '${variant}'`, name, value);
  }
  for (const [name, { parameters: asked }] of Object.entries(tries)) {
    if (!KEBAB_CASE.test(name)) refuse(`the try '${name}' is not written in kebab-case`);
    for (const [what, parameter] of Object.entries(asked)) {
      if (RESERVED.includes(what) || what in parameters) {
        refuse(`'${what}' of the try '${name}' is an option of every run already`);
      }
      const value: Value = parameter.default;
      if (!accepts(parameter, value)) {
        refuse(
          `the default of '${what}' of the try '${name}' must be ${ruleOf(parameter)}, got ${value}`,
        );
      }
    }
  }
  return {
    ...declared,
    ...(withData === undefined ? {} : { withData }),
    variants,
    charts: definition.charts ?? {},
    tries,
    // The runner builds a context from these very declarations, so its values have their types.
    run: (context) => definition.run(context as Context<P, VariantName, Data>),
  };
}

/** The data of an exercise, without its code. */
export function dataOf(exercise: ExerciseData): ExerciseData {
  const { id, title, summary, rows, parameters, data, plane, withData, variants, charts } =
    exercise;
  const tries = Object.fromEntries(
    Object.entries(exercise.tries).map(([name, { title: asks, parameters: asked }]) => [
      name,
      { title: asks, parameters: asked },
    ]),
  );
  const original = {
    ...(data === undefined ? {} : { data }),
    ...(plane === undefined ? {} : { plane }),
    ...(withData === undefined ? {} : { withData }),
  };
  return { id, title, summary, rows, parameters, ...original, variants, charts, tries };
}
