import { useEffect, useId } from 'preact/hooks';
import { BACKENDS, type BackendName, type Mode } from '../../device-names.ts';
import { isolated, pageModes, plain, processors } from '../device.ts';
import { lackOfIsolation, lacks, look } from '../devices/lacks.ts';
import { deviceWords } from '../devices/words.ts';
import { words } from '../language/language.ts';
import type { Device } from '../worker/messages.ts';
import '../devices/devices.css';

interface Given {
  readonly device: Device;
  readonly change: (to: Device) => void;
}

/** Where tensors live; what this browser lacks is greyed out and says why. */
export function DeviceControl({ device, change }: Given) {
  const t = words.value;
  const choose = (backend: BackendName): void =>
    change(backend === 'gpu' ? { backend, threads: 1, mode: 'auto' } : { ...plain, backend });
  return (
    <>
      <label class={`param ${device.backend === plain.backend ? '' : 'changed'}`}>
        <span>{t.device}</span>
        <select
          value={device.backend}
          onChange={({ currentTarget }) => choose(currentTarget.value as BackendName)} // its options are these
        >
          {BACKENDS.map((name) => (
            <option key={name} value={name}>
              {t.devices[name]}
            </option>
          ))}
        </select>
      </label>
      {device.backend === 'gpu' && <Modes device={device} change={change} />}
      {device.backend === 'wasm' && <Threads device={device} change={change} />}
    </>
  );
}

/** What gpu.js runs on. */
function Modes({ device, change }: Given) {
  useEffect(look, []);
  const id = useId();
  const t = deviceWords.value;
  const lacking = pageModes.filter((mode) => lacks.value[mode] !== undefined);
  return (
    <>
      <label class="param">
        <span>{words.value.modeLabel}</span>
        <select
          value={device.mode ?? 'auto'}
          aria-describedby={id}
          onChange={({ currentTarget }) => change({ ...device, mode: currentTarget.value as Mode })} // its options are these
        >
          {pageModes.map((mode) => (
            <option key={mode} value={mode} disabled={lacks.value[mode] !== undefined}>
              {mode}
            </option>
          ))}
        </select>
      </label>
      <ul class="lacks" id={id} aria-live="polite">
        {lacking.map((mode) => (
          <li class={mode === device.mode ? 'problem' : ''} key={mode}>
            {t.lacking(mode, t.lacks[lacks.value[mode]!])}
          </li>
        ))}
      </ul>
    </>
  );
}

/** How many threads share the work of wasm. */
function Threads({ device, change }: Given) {
  const id = useId();
  const lack = lackOfIsolation();
  const counts = [1, 2, 4, 8, 16].filter((count) => count <= Math.max(2, processors()));
  return (
    <>
      <label class={`param ${device.threads === 1 ? '' : 'changed'}`}>
        <span>{words.value.threadsLabel}</span>
        <select
          value={device.threads}
          disabled={!isolated()}
          aria-describedby={lack === null ? undefined : id}
          onChange={({ currentTarget }) =>
            change({ ...device, threads: Number(currentTarget.value) })
          }
        >
          {counts.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      {lack !== null && (
        <p class="lacks" id={id}>
          {deviceWords.value.isolation[lack]}
        </p>
      )}
    </>
  );
}
