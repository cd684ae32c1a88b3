/** A few kernels whose results are known: a device that gets one wrong must not train anything. */
import type { GpuLaunch } from '../../op.ts';
import { chain, type Awaitable, type Device } from './device.ts';

interface Check {
  readonly what: string;
  readonly launch: GpuLaunch;
  readonly x: readonly number[];
  readonly want: readonly number[];
}

const checks: readonly Check[] = [
  {
    what: 'a branch in a loop',
    launch: {
      source: `function (x) {
        let best = x[0];
        let at = 0;
        for (let j = 1; j < this.constants.n; j++) {
          if (x[j] > best) { best = x[j]; at = j; }
        }
        return at;
      }`,
      constants: { n: 4 },
    },
    x: [1, 9, 3, 4],
    want: [1],
  },
  {
    what: 'whole-number division',
    launch: {
      source: `function (x) {
        const i = this.thread.x + 16777000;
        const q = floorDiv(i, 3);
        return (i - q * 3) * 10 + x[this.thread.x];
      }`,
    },
    x: [0, 1, 2],
    want: [10, 21, 2],
  },
  {
    what: 'float32 arithmetic',
    launch: { source: 'function (x) { return Math.exp(x[this.thread.x]) / 3; }' },
    x: [0, 1, -2],
    want: [1 / 3, Math.E / 3, Math.exp(-2) / 3],
  },
];

/** Throws, or rejects, unless the device computes what it should. */
export function selfTest(device: Device): Awaitable<void> {
  const check = (i: number): Awaitable<void> => {
    const { what, launch, x, want } = checks[i]!;
    return chain(device.upload(Float32Array.from(x)), (input) =>
      chain(
        device.run(launch, want.length, [{ handle: input, size: x.length, vector: false }]),
        (output) =>
          chain(device.read(output), (got) => {
            device.release(input);
            device.release(output);
            if (!want.every((w, k) => Math.abs(got[k]! - w) <= 1e-5 * Math.max(1, Math.abs(w)))) {
              throw new Error(
                `gpu: ${device.mode} fails its self-test: ${what} should give ${want.join(', ')}, gave ${Array.from(got).join(', ')}. Use another mode, or wasm().`,
              );
            }
            return i + 1 < checks.length ? check(i + 1) : device.ask();
          }),
      ),
    );
  };
  return check(0);
}
