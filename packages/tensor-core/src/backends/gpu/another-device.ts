import { Device } from './device.ts';
import { DeviceLostError } from './device-lost.ts';
import type { GpuMode } from './gpu-js.ts';
import { selfTest } from './self-test.ts';

// A browser needs a while to start another process for its devices.
const WAITS: readonly number[] = [0, 50, 100, 200, 500, 1000, 2000];

/** A tested device in the place of a lost one. Throws DeviceLostError if there is none. */
export async function anotherDevice(name: string, mode: GpuMode): Promise<Device> {
  let failed: unknown;
  for (const wait of WAITS) {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const device = new Device(mode);
    try {
      await selfTest(device);
      return device;
    } catch (error) {
      failed = error;
      await device.destroy().catch(() => {}); // what is gone has nothing to free
    }
  }
  throw new DeviceLostError(
    `${name}: there is no new device: ${String(failed)} Call restore() again later, or reload the page.`,
    { cause: failed },
  );
}
