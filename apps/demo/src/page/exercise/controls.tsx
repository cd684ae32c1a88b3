import type { ExerciseData, Preset } from '../../exercise.ts';
import { DEFAULT_SEED } from '../../runner.ts';
import { said, words } from '../language/language.ts';
import { DeviceControl } from './device-control.tsx';
import { ParameterControl } from './parameter-control.tsx';
import { isSeed, type Settings, valuesOf, withValue } from './settings.ts';

interface Given {
  readonly exercise: ExerciseData;
  readonly settings: Settings;
  readonly change: (to: Settings) => void;
}

/** One of a few as a row of chips, which are radio buttons. */
function Chips<Name extends string>(given: {
  label: string;
  name: string;
  chosen: Name;
  options: readonly (readonly [Name, string])[];
  choose: (name: Name) => void;
}) {
  return (
    <fieldset class="chips">
      <legend class="hidden">{given.label}</legend>
      {given.options.map(([name, title]) => (
        <label class="chip" key={name}>
          <input
            type="radio"
            name={given.name}
            checked={name === given.chosen}
            onChange={() => given.choose(name)}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

function Seed({ settings, change }: Omit<Given, 'exercise'>) {
  const { seed } = words.value;
  return (
    <label class={`param ${settings.seed === DEFAULT_SEED ? '' : 'changed'}`}>
      <span>{seed}</span>
      <input
        type="number"
        min="0"
        step="1"
        value={settings.seed}
        onChange={({ currentTarget: { value } }) =>
          isSeed(value) && change({ ...settings, seed: Number(value) })
        }
      />
    </label>
  );
}

/** More of them than this are chosen from a list, which takes one line. */
const CHIPS = 4;

function Variants({ exercise, settings, change }: Given) {
  const t = words.value;
  const variants = Object.entries(exercise.variants);
  if (variants.length === 0) return null;
  const options = [
    ['default', t.defaultVariant] as const,
    ...variants.map(([name, { title }]) => [name, said(title)] as const),
  ];
  const choose = (variant: string): void => change({ ...settings, variant, given: {} });
  if (options.length <= CHIPS) {
    return (
      <Chips
        label={t.variants}
        name="variant"
        chosen={settings.variant}
        options={options}
        choose={choose}
      />
    );
  }
  return (
    <label class={`param variants ${settings.variant === 'default' ? '' : 'changed'}`}>
      <span>{t.variants}</span>
      <select
        value={settings.variant}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {options.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What every run has: variant, size, seed and device. */
export function Setup({ exercise, settings, change }: Given) {
  const t = words.value;
  const sizes: readonly Preset[] = ['quick', 'full'];
  return (
    <>
      <Variants exercise={exercise} settings={settings} change={change} />
      <div class="params setup">
        <label class="param">
          <span>{t.preset}</span>
          <select
            value={settings.preset}
            onChange={({ currentTarget }) =>
              change({ ...settings, preset: currentTarget.value as Preset })
            } // its options are these
          >
            {sizes.map((preset) => (
              <option key={preset} value={preset}>
                {t.presets[preset]}
              </option>
            ))}
          </select>
        </label>
        <Seed settings={settings} change={change} />
        <DeviceControl
          device={settings.device}
          change={(device) => change({ ...settings, device })}
        />
      </div>
    </>
  );
}

/** The parameters that an exercise declares, under the curve that they change. */
export function Parameters({ exercise, settings, change }: Given) {
  const t = words.value;
  const values = valuesOf(exercise, settings);
  const declared = Object.entries(exercise.parameters).filter(
    ([, { ofDefaultData }]) => !(settings.own && ofDefaultData),
  );
  if (declared.length === 0) return null;
  return (
    <section class="card" aria-labelledby="parameters">
      <h2 id="parameters">
        {t.parameters}
        {Object.keys(settings.given).length > 0 && (
          <button type="button" class="plain" onClick={() => change({ ...settings, given: {} })}>
            {t.reset}
          </button>
        )}
      </h2>
      <div class="params">
        {declared.map(([name, parameter]) => (
          <ParameterControl
            key={name}
            name={name}
            parameter={parameter}
            value={values[name]!}
            changed={name in settings.given}
            change={(value) => change(withValue(exercise, settings, name, value))}
          />
        ))}
      </div>
    </section>
  );
}
