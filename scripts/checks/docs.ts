/** The site as it stands beside the page of the exercises: built without a warning, and looked over. */
import { join } from 'node:path';
import { capture } from '../run.ts';
import { root, sourceCondition } from '../workspace.ts';

const folder = join(root, 'out/docs');
const built = await capture('node', ['docs/build.ts', '--page', '../', '--out', folder]);
console.log(built.output.trimEnd());
process.exitCode = built.code;
if (built.code === 0) {
  const looked = await capture('node', [
    `--conditions=${sourceCondition}`,
    'docs/check.ts',
    folder,
  ]);
  console.log(looked.output.trimEnd());
  process.exitCode = looked.code;
}
