/** gpu.js kernel of {{kebab}}.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { unaryKernel } from './elementwise.gpu.ts';
import { {{camel}} } from './{{kebab}}.ts';

export const {{camel}}Kernels: readonly GpuEntry[] = [unaryKernel({{camel}}, 'x * x * x')];
