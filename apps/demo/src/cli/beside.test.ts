import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { putBeside } from './beside.ts';

const folder = mkdtempSync(join(tmpdir(), 'kasane-beside-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the reference stands beside the page as long as it is there', () => {
  const [reference, site] = [join(folder, 'api'), join(folder, 'site')];
  mkdirSync(site);
  writeFileSync(join(site, 'files.json'), '["index.html","files.json"]');
  const files = (): unknown => JSON.parse(readFileSync(join(site, 'files.json'), 'utf8'));
  putBeside(reference, site);
  expect(files()).toEqual(['index.html', 'files.json']);

  mkdirSync(join(reference, 'nn'), { recursive: true });
  writeFileSync(join(reference, 'index.html'), 'one');
  writeFileSync(join(reference, 'nn/Linear.html'), 'linear');
  putBeside(reference, site);
  putBeside(reference, site);
  expect(files()).toEqual(['index.html', 'files.json', 'docs/index.html', 'docs/nn/Linear.html']);
  expect(readFileSync(join(site, 'docs/nn/Linear.html'), 'utf8')).toBe('linear');

  rmSync(join(reference, 'nn'), { recursive: true });
  writeFileSync(join(reference, 'index.html'), 'two');
  utimesSync(join(reference, 'index.html'), 1, 1);
  putBeside(reference, site);
  expect(files()).toEqual(['index.html', 'files.json', 'docs/index.html']);
  expect(existsSync(join(site, 'docs/nn'))).toBe(false);

  rmSync(reference, { recursive: true });
  putBeside(reference, site);
  expect([files(), existsSync(join(site, 'docs'))]).toEqual([['index.html', 'files.json'], false]);
}); // prettier-ignore
