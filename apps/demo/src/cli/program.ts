import { Command, Option } from 'commander';
import { closestMatch } from 'leven';
import { kinds } from '../data/kinds.ts';
import { modes, type Mode } from '../device-names.ts';
import type { ExerciseData, ListedExercise, Preset } from '../exercise.ts';
import { parseValue, ruleOf, saysNothing } from '../parameter.ts';
import type { Parameter, Parameters, Value } from '../parameter.ts';
import { DEFAULT_SEED } from '../runner.ts';
import type { Question } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import type { Environment } from './environment.ts';
import { PORT, SITE } from './page-commands.ts';
import { readPicture } from './read-picture.ts';

/** Options that `demo` and `demo run` share. */
export interface CommonOptions {
  readonly json: boolean;
  readonly out?: string;
  readonly backend?: string;
  readonly mode?: Mode;
}

/** What a complete command line asks for. */
export interface RunRequest extends CommonOptions {
  readonly exercise: ListedExercise;
  readonly variant: string;
  readonly preset: Preset;
  readonly seed: number;
  readonly parameters: Readonly<Record<string, Value>>;
  /** The file or folder with the data that the exercise shall take. */
  readonly data?: string;
  /** What is asked of what was trained. */
  readonly question?: Question;
}

/** What the commands do, apart from how they are written. */
export interface Actions {
  all(options: CommonOptions & { readonly allVariants: boolean }): Promise<void>;
  list(options: { readonly json: boolean }): void;
  coverage(options: { readonly json: boolean }): void;
  run(request: RunRequest): Promise<void>;
  serve(options: { readonly port?: number }): Promise<void>;
  build(options: { readonly out?: string }): Promise<void>;
}

const SEED: Parameter = {
  type: 'integer',
  default: DEFAULT_SEED,
  min: 0,
  max: 0xffff_ffff,
  description: 'the same seed gives the same figures',
};
const PRESET: Parameter = {
  type: 'choice',
  options: ['quick', 'full'],
  default: 'full',
  description: 'full has the settings of the course, quick takes seconds',
};

/** The command line: `demo`, `demo list`, `demo serve`, `demo run <id>` with one sub-command per exercise. */
export function buildProgram(environment: Environment, actions: Actions): Command {
  const { exercises } = environment;
  const program = lenient(new Command('demo'))
    .description('Runs the documented exercises of the course and checks what they measure.')
    .enablePositionalOptions()
    .option('--all-variants', 'run every variant of every exercise', false);
  common(program, environment).action(async () => {
    const [word] = program.args;
    if (word !== undefined && !word.startsWith('-')) {
      throw unknown('demo', 'command', word, commandNames(program));
    }
    refuseLeftovers('demo', program);
    await actions.all(program.opts());
  });

  const list = lenient(program.command('list'))
    .description('names every exercise')
    .option('--json', 'print JSON and nothing else', false);
  list.action(() => {
    refuseLeftovers('demo list', list);
    takeOver('demo list', list, program);
    actions.list(list.opts());
  });

  const coverage = lenient(program.command('coverage'))
    .description('tells which rows of the course which checks answer, and which none does')
    .option('--json', 'print JSON and nothing else', false);
  coverage.action(() => {
    refuseLeftovers('demo coverage', coverage);
    actions.coverage(coverage.opts());
  });

  const serve = lenient(program.command('serve'))
    .description('shows every exercise in a browser: builds the page and serves it to this machine')
    .addOption(parameterOption('demo serve', 'port', PORT));
  serve.action(async () => {
    refuseLeftovers('demo serve', serve);
    takeOver('demo serve', serve, program);
    await actions.serve(serve.opts());
  });

  const build = lenient(program.command('build'))
    .description(`writes the page as files for any web server, to ${SITE} or --out`)
    .addOption(pathOption('demo build', 'out', 'folder', 'write the page there'));
  build.action(async () => {
    refuseLeftovers('demo build', build);
    takeOver('demo build', build, program);
    await actions.build(build.opts());
  });

  const run = lenient(program.command('run'))
    // Options of every exercise may stand on either side of its id.
    .enablePositionalOptions(false)
    .description('runs one exercise')
    .usage('<id> [options]')
    .option('--variant <name>', "one of the exercise's variants", 'default')
    .addOption(parameterOption('demo run', 'seed', SEED))
    .addOption(parameterOption('demo run', 'preset', PRESET));
  common(run, environment).action(() => {
    takeOver('demo run', run, program);
    const [word] = run.args;
    if (word === undefined || word.startsWith('-')) {
      throw new UsageError(
        `demo run: the id of an exercise must come first, as in 'demo run ${exercises[0]?.id}'; ` +
          `'demo list' names them all.`,
      );
    }
    throw unknown('demo run', 'exercise', word, ids(exercises));
  });
  for (const exercise of exercises) addExercise(run, exercise, actions);
  // Before `run`, options are those of `demo`.
  run.hook('preSubcommand', () => takeOver('demo run', run, program));
  return program;
}

function addExercise(run: Command, exercise: ListedExercise, actions: Actions): void {
  const where = `demo run ${exercise.id}`;
  const variants = ['default', ...Object.keys(exercise.variants)];
  const command = lenient(run.command(exercise.id))
    .description(exercise.summary)
    .usage('[options]')
    .addHelpText(
      'after',
      `\nVariants: ${variants.join(', ')}\n${triesText(exercise)}\nSee 'demo run --help' for the options of every exercise.`,
    );
  for (const [name, parameter] of Object.entries(exercise.parameters)) {
    command.addOption(parameterOption(where, name, parameter));
  }
  if (exercise.data !== undefined) {
    command.addOption(
      pathOption(where, 'data', kinds[exercise.data].takes, kinds[exercise.data].files),
    );
  }
  const { tries } = exercise;
  const asked = new Map(Object.values(tries).flatMap((one) => Object.entries(one.parameters)));
  if (Object.keys(tries).length > 0) {
    command.option('--try <name>', `something to ask afterwards: ${Object.keys(tries).join(', ')}`);
  }
  // Read in the end, when it is known which try is meant.
  for (const [name, parameter] of asked) {
    command.addOption(parameterOption(where, name, parameter).argParser((text) => text));
  }
  command.action(async () => {
    refuseLeftovers(where, command, run);
    // Commander holds exactly the options declared above, already parsed by their own parsers.
    const {
      variant,
      seed = SEED.default,
      preset = PRESET.default,
      json,
      out,
      backend,
      mode,
    } = run.opts();
    if (!variants.includes(variant)) throw unknown(where, 'variant', variant, variants);
    const {
      data,
      try: name,
      ...given
    } = command.opts<Record<string, Value> & { data?: string; try?: string }>();
    const parameters = pick(given, (option) => !asked.has(option));
    if (data !== undefined) {
      for (const option of Object.keys(parameters)) {
        if (exercise.parameters[option]!.ofDefaultData === true)
          throw new UsageError(`${where}: --${saysNothing(option)}`);
      }
    }
    const words = pick(given, (option) => asked.has(option)) as Record<string, string>; // unparsed
    const question = await questionOf(where, exercise, name, words);
    await actions.run({
      exercise, variant, seed, preset, json, parameters,
      ...(data === undefined ? {} : { data }),
      ...(question === undefined ? {} : { question }),
      ...(out === undefined ? {} : { out }),
      ...(backend === undefined ? {} : { backend }),
      ...(mode === undefined ? {} : { mode }),
    }); // prettier-ignore
  });
}

/** What the tries of an exercise ask, for its help. */
function triesText({ tries }: ExerciseData): string {
  return Object.entries(tries)
    .map(([name, { title, parameters }]) => {
      const options = Object.keys(parameters).map((option) => ` --${option} …`);
      return `--try ${name}${options.join('')}: ${title.en}\n`;
    })
    .join('');
}

async function questionOf(
  where: string,
  { tries }: ExerciseData,
  name: string | undefined,
  words: Readonly<Record<string, string>>,
): Promise<Question | undefined> {
  if (name === undefined) {
    const [option] = Object.keys(words);
    if (option === undefined) return undefined;
    const [owner] = Object.entries(tries).find(([, { parameters }]) => option in parameters)!;
    throw new UsageError(`${where}: --${option} belongs to a try; add --try ${owner}.`);
  }
  const found = Object.hasOwn(tries, name) ? tries[name]! : undefined;
  if (found === undefined) throw unknown(where, 'try', name, Object.keys(tries));
  const values: Record<string, Value> = {};
  for (const [option, text] of Object.entries(words)) {
    const parameter = (found.parameters as Parameters)[option];
    if (parameter === undefined) {
      throw unknown(
        `${where} --try ${name}`,
        'option',
        `--${option}`,
        Object.keys(found.parameters).map((one) => `--${one}`),
      );
    }
    values[option] =
      parameter.type === 'picture'
        ? await readPicture(`${where}: --${option}`, parameter, text)
        : parseValue(`${where}: --${option}`, parameter, text);
  }
  return { name, values };
}

/** The entries of a record whose names are wanted. */
function pick<T>(record: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted(name)));
} // prettier-ignore

function common(command: Command, { backends }: Environment): Command {
  const backend: Parameter = {
    type: 'choice',
    options: Object.keys(backends),
    default: Object.keys(backends)[0] ?? '',
    description: 'where the tensors live',
  };
  const mode: Parameter = {
    type: 'choice',
    options: modes,
    default: modes[0],
    description: 'where --backend gpu runs',
  };
  return command
    .option('--json', 'print JSON and nothing else', false)
    .addOption(
      pathOption('demo', 'out', 'folder', 'write series, tables, charts and pictures there'),
    )
    .addOption(parameterOption(`demo`, 'backend', backend))
    .addOption(parameterOption(`demo`, 'mode', mode));
}

/** The option of a parameter: absent from the parsed options unless given. */
function parameterOption(where: string, name: string, parameter: Parameter): Option {
  const value = parameter.type === 'boolean' ? '[boolean]' : `<${parameter.type}>`;
  const unit = parameter.unit === undefined ? '' : ` in ${parameter.unit}`;
  const standard = parameter.type === 'picture' ? '' : ` (default ${parameter.default})`;
  return new Option(
    `--${name} ${value}`,
    `${parameter.description}${unit}: ${ruleOf(parameter)}${standard}`,
  ).argParser((text) => parseValue(`${where}: --${name}`, parameter, text));
}

/** The option of a folder or a file. An empty name would be the folder that the program runs in. */
function pathOption(
  where: string,
  name: string,
  kind: 'file' | 'folder',
  description: string,
): Option {
  return new Option(`--${name} <${kind}>`, description).argParser((text) => {
    if (text !== '') return text;
    const hint = kind === 'folder' ? "; '.' is this one" : '';
    throw new UsageError(`${where}: --${name} must name a ${kind}, got ''${hint}.`);
  });
}

/** Leaves whatever is not understood in `args`, so that the messages about it are our own. */
function lenient(command: Command): Command {
  return command.allowUnknownOption().allowExcessArguments().exitOverride().helpCommand(false);
}

/** Gives a command the options that stand before its name, and refuses those that it does not have. */
function takeOver(where: string, command: Command, program: Command): void {
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    if (!command.options.some(({ long }) => long === option.long)) {
      throw new UsageError(`${where}: takes no option ${option.long}; leave it out.`);
    }
    // What stands behind the name is meant more exactly.
    if (command.getOptionValueSource(name) === 'cli') continue;
    command.setOptionValueWithSource(name, program.getOptionValue(name), 'cli');
  }
}

function refuseLeftovers(where: string, command: Command, parent?: Command): void {
  const [word] = command.args;
  if (word === undefined) return;
  if (!word.startsWith('-')) {
    throw new UsageError(`${where}: takes no further argument, got '${word}'.`);
  }
  const flags = [command, ...(parent === undefined ? [] : [parent])].flatMap((one) =>
    one.options.flatMap((option) => option.long ?? []),
  );
  throw unknown(where, 'option', word.replace(/=.*/, ''), [...flags, '--help']);
}

function unknown(where: string, what: string, word: string, names: readonly string[]): UsageError {
  // Half a name means the whole one, however much of it is missing.
  const nearest = names.find((name) => name.startsWith(word)) ?? closestMatch(word, names);
  return new UsageError(`${where}: there is no ${what} '${word}'; the nearest is '${nearest}'.`);
}

const ids = (exercises: readonly ExerciseData[]): string[] => exercises.map(({ id }) => id);
const commandNames = (program: Command): string[] => program.commands.map((one) => one.name());
