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

/** How the next run shall be: variant, size, seed, parameters and device, as the exercise declares them. */
export function Controls({ exercise, settings, change }: Given) {
  const t = words.value;
  const values = valuesOf(exercise, settings);
  const variants = Object.entries(exercise.variants);
  const sizes: readonly Preset[] = ['quick', 'full'];
  return (
    <>
      {variants.length > 0 && (
        <Chips
          label={t.variants}
          name="variant"
          chosen={settings.variant}
          options={[
            ['default', t.defaultVariant] as const,
            ...variants.map(([name, { title }]) => [name, said(title)] as const),
          ]}
          choose={(variant) => change({ ...settings, variant, given: {} })}
        />
      )}
      <div class="params">
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
        {Object.entries(exercise.parameters).map(([name, parameter]) => (
          <ParameterControl
            key={name}
            name={name}
            parameter={parameter}
            value={values[name]!}
            changed={name in settings.given}
            change={(value) => change(withValue(exercise, settings, name, value))}
          />
        ))}
        <DeviceControl
          device={settings.device}
          change={(device) => change({ ...settings, device })}
        />
      </div>
      {Object.keys(settings.given).length > 0 && (
        <p class="bar">
          <button type="button" onClick={() => change({ ...settings, given: {} })}>
            {t.reset}
          </button>
        </p>
      )}
    </>
  );
}
