import { BACKENDS, type BackendName, type Mode } from '../../device-names.ts';
import { isolated, pageModes, plain, processors } from '../device.ts';
import { words } from '../language/language.ts';
import type { Device } from '../worker/messages.ts';

/** Where tensors live; what this browser lacks is greyed out and says why. */
export function DeviceControl({
  device,
  change,
}: {
  device: Device;
  change: (to: Device) => void;
}) {
  const t = words.value;
  const choose = (backend: BackendName): void =>
    change(backend === 'gpu' ? { backend, threads: 1, mode: 'auto' } : { ...plain, backend });
  const counts = [1, 2, 4, 8, 16].filter((count) => count <= Math.max(2, processors()));
  return (
    <>
      <label class={`param ${device.backend === plain.backend ? '' : 'changed'}`}>
        <span>{t.device}</span>
        <select
          value={device.backend}
          onChange={({ currentTarget }) => choose(currentTarget.value as BackendName)}
        >
          {' '}
          {/* its options are these */}
          {BACKENDS.map((name) => (
            <option key={name} value={name}>
              {t.devices[name]}
            </option>
          ))}
        </select>
      </label>
      {device.backend === 'gpu' && (
        <label class="param">
          <span>{t.modeLabel}</span>
          <select
            value={device.mode ?? 'auto'}
            onChange={({ currentTarget }) =>
              change({ ...device, mode: currentTarget.value as Mode })
            } // its options are these
          >
            {pageModes.map((mode) => (
              <option key={mode} value={mode}>
                {mode}
              </option>
            ))}
          </select>
        </label>
      )}
      {device.backend === 'wasm' && (
        <label
          class={`param ${device.threads === 1 ? '' : 'changed'}`}
          title={isolated() ? undefined : t.notIsolated}
        >
          <span>{t.threadsLabel}</span>
          <select
            value={device.threads}
            disabled={!isolated()}
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
          {!isolated() && <small>{t.notIsolated}</small>}
        </label>
      )}
    </>
  );
}
