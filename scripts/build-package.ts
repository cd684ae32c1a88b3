/** Builds the package it is started in: JavaScript and declarations in `dist`, nothing left from before. */
import { rmSync } from 'node:fs';
import { passThrough } from './run.ts';

const cwd = process.cwd();
rmSync('dist', { recursive: true, force: true });
process.exitCode = await passThrough('tsc', ['-p', 'tsconfig.build.json'], { cwd });
