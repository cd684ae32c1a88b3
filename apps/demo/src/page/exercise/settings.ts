/** A run as its link says it, checked by the exercise's declaration like the command line's arguments. */
import type { ExerciseData, Preset } from '../../exercise.ts';
import { parseValue, saysNothing, type Value } from '../../parameter.ts';
import { DEFAULT_SEED, resolveParameters } from '../../runner.ts';
import { UsageError } from '../../usage-error.ts';
import { readDevice, writeDevice } from '../device.ts';
import { linkTo } from '../link.ts';
import type { Device } from '../worker/messages.ts';

/** How an exercise shall run. */
export interface Settings {
  readonly variant: string;
  readonly preset: Preset;
  readonly seed: number;
  /** The parameters that differ from what variant and preset say. */
  readonly given: Readonly<Record<string, Value>>;
  readonly device: Device;
  /** Whether it learns from data that somebody gave, which no link has. */
  readonly own: boolean;
}

const LARGEST_SEED = 2 ** 32 - 1;

/** Whether a text is a seed. */
export const isSeed = (text: string): boolean =>
  /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_SEED;

/** What a link asks for; what of it cannot be is left at its default and told. */
export function readSettings(
  exercise: ExerciseData,
  query: URLSearchParams,
): { readonly settings: Settings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const variant = query.get('variant') ?? 'default';
  const known = variant === 'default' || Object.hasOwn(exercise.variants, variant);
  if (!known) problems.push(`There is no variant '${variant}'.`);
  const preset = query.get('preset') ?? 'quick';
  if (preset !== 'quick' && preset !== 'full')
    problems.push(`The preset must be quick or full, got '${preset}'.`);
  const seed = query.get('seed') ?? String(DEFAULT_SEED);
  if (!isSeed(seed))
    problems.push(`The seed must be a whole number up to ${LARGEST_SEED}, got '${seed}'.`);
  const given: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(exercise.parameters)) {
    const text = query.get(name);
    if (text === null) continue;
    try {
      given[name] = parseValue(name, parameter, text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  const device = readDevice(query, problems);
  const data = query.get('data');
  if (data !== null && (data !== 'own' || exercise.data === undefined))
    problems.push(`There is no data '${data}' here.`);
  const own = data === 'own' && exercise.data !== undefined;
  for (const name of Object.keys(given)) {
    if (!own || exercise.parameters[name]!.ofDefaultData !== true) continue;
    delete given[name];
    problems.push(saysNothing(name));
  }
  const settings: Settings = {
    variant: known ? variant : 'default',
    preset: preset === 'full' ? 'full' : 'quick',
    seed: isSeed(seed) ? Number(seed) : DEFAULT_SEED,
    given,
    device,
    own,
  };
  return { settings, problems };
}

/** All values of a run. */
export const valuesOf = (
  exercise: ExerciseData,
  { variant, preset, given, own }: Settings,
): Record<string, Value> =>
  resolveParameters(exercise, { variant, preset, parameters: given, data: own || undefined });

/** The settings with one parameter changed; one that has its own value again is no longer given. */
export function withValue(
  exercise: ExerciseData,
  settings: Settings,
  name: string,
  value: Value,
): Settings {
  const { [name]: _, ...others } = settings.given;
  const own = valuesOf(exercise, { ...settings, given: others })[name];
  return { ...settings, given: own === value ? others : { ...others, [name]: value } };
}

/** The link to a run; `lang` where the page's was chosen by its link. */
export function settingsLink(exercise: ExerciseData, settings: Settings, lang?: string): string {
  const { variant, preset, seed, given, device, own } = settings;
  const texts = Object.entries(given).map(([name, value]) => [name, String(value)]);
  return linkTo('exercise', exercise.id, {
    variant: variant === 'default' ? undefined : variant,
    preset: preset === 'quick' ? undefined : preset,
    seed: seed === DEFAULT_SEED ? undefined : String(seed),
    ...Object.fromEntries(texts),
    data: own ? 'own' : undefined,
    ...writeDevice(device),
    lang,
  });
}
