/**
 * Writes the handwritten digits of the exercises to a folder for other libraries, divided as the exercises divide them: train.u8 and
 * test.u8, a byte for each of a digit's 784 pixels.
 *
 *     node --conditions=@kasane/source apps/demo/scripts/export-digits.ts <folder>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mnist } from '@kasane/datasets/mnist';

const folder = process.argv[2];
if (folder === undefined) throw new Error('export-digits: needs the folder to write to.');
mkdirSync(folder, { recursive: true });
for (const [name, images] of Object.entries(await mnist())) {
  writeFileSync(join(folder, `${name}.u8`), images.data);
}
