import type { GpuLaunch } from '../../op.ts';
import { chain, type Awaitable, type Device, type DeviceOperand } from './device.ts';
import type { Handle } from './gpu-js.ts';

// A WebGPU kernel may bind eight buffers, and its result is one of them.
const MOST_ARGUMENTS = 7;

/** Runs the launches of one op; results of earlier ones may be arguments of later ones. */
export function launchAll(
  device: Device,
  name: string,
  launches: readonly GpuLaunch[],
  inputs: readonly (Handle | null)[],
  sizes: readonly number[],
  size: number,
): Awaitable<Handle> {
  // An empty tensor has no array; one zero stands for it.
  const zero = inputs.includes(null) ? device.upload(new Float32Array(1)) : null;
  return chain(zero, (placeholder) => {
    const operands: DeviceOperand[] = inputs.map((handle, k) => ({
      handle: handle ?? placeholder!,
      size: Math.max(1, sizes[k]!),
      vector: false,
    }));
    const step = (i: number): Awaitable<Handle> => {
      const launch = launches[i]!;
      const picks = launch.inputs ?? inputs.map((_, k) => k);
      if (picks.length > MOST_ARGUMENTS) {
        throw new Error(`${name}: a kernel takes ${MOST_ARGUMENTS} arrays; launch several.`);
      }
      const last = i === launches.length - 1;
      const length = last ? size : launch.size!;
      const args = picks.map((k) => operands[k]!);
      return chain(device.run(launch, length, args), (handle) => {
        if (!last) {
          operands.push({ handle, size: length, vector: launch.vector === true });
          return step(i + 1);
        }
        for (const operand of operands.slice(inputs.length)) device.release(operand.handle);
        if (placeholder !== null) device.release(placeholder);
        return handle;
      });
    };
    return step(0);
  });
}
