/** Arguments of a call that works, for all that is public: by their types, or by name where that does not do. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicBlock } from '@kasane/layers-cnn/models';
import * as rnn from '@kasane/layers-rnn';
import * as nn from '@kasane/nn';
import { SGD, StepLR } from '@kasane/optim';
import { Generator, ones, wasm } from '@kasane/tensor-core';
import type { Callable } from './callables.ts';

const x = (): unknown => ones([2, 2]);
const linear = (): nn.Linear => new nn.Linear(2, 2);
const optimizer = (): SGD => new SGD(linear().parameters());

/** What stands for a parameter, by the text of its type. */
function argument(type: string): unknown {
  if (type.includes('=>')) return x;
  if (/^(number|Size|PadSize)\b/.test(type) || type === 'number | string') return 1;
  if (type === 'string' || type === 'string | URL') return 'x';
  if (type === 'boolean') return true;
  if (/Scheduler\b/.test(type)) return { step() {} };
  if (type.endsWith('Optimizer')) return optimizer();
  if (/^(OptimizerParams|Iterable)/.test(type) || type === 'Tensor | Iterable<Tensor>')
    return [x()];
  if (/^(Shape|readonly number\[\]|ArrayLike<number>)/.test(type)) return [1];
  if (/^readonly |Sequences|^A$/.test(type)) return [x()];
  if (/^State\b/.test(type)) return undefined;
  if (/^(Cell|Stepper)/.test(type)) return new rnn.RNNCell(2, 2);
  if (/^(Layer|Model|Module|M$)/.test(type)) return linear();
  if (type.startsWith('ResidualBlock')) return BasicBlock;
  if (/Dataset/.test(type)) return { length: 1, get: x };
  if (type.endsWith('Generator')) return new Generator(1);
  if (type.endsWith('Backend')) return wasm();
  if (/Options\b/.test(type)) return {};
  if (/Uint8Array/.test(type)) return new Uint8Array(8);
  return x();
}

/** Arguments by name, where types do not tell what works. */
const rows: Readonly<Record<string, () => readonly unknown[]>> = {
  Sequential: () => [linear()],
  'List.append': () => [linear()],
  'Dict.set': () => ['a', linear()],
  summary: () => [linear(), [1, 2]],
  Inception: () => [1, banks],
  BatchNormInception: () => [1, banks],
  NaiveInception: () => [1, banks],
  PackedSequence: () => [ones([2]), [1, 1], [0]],
  packPaddedSequence: () => [x(), [1, 2]],
  padPackedSequence: () => [rnn.packPaddedSequence(ones([2, 2]), [1, 2])],
  'SequenceModule.forwardPacked': () => [rnn.packPaddedSequence(ones([2, 2, 1]), [1, 2])],
  LambdaLR: () => [optimizer(), () => 1],
  MultiplicativeLR: () => [optimizer(), () => 1],
  OneCycleLR: () => [optimizer(), 0.1, { totalSteps: 10 }],
  SequentialLR: () => {
    const one = optimizer();
    return [one, [new StepLR(one, 1)], []];
  },
  LRSchedule: () => [new StepLR(optimizer(), 1)],
  TimeLimit: () => [{ seconds: 1 }],
  textLines: () => [[Uint8Array.of(65)], 'x'],
  csvRows: () => ['a\n1\n'],
};

const banks = { ch1x1: 1, ch3x3red: 1, ch3x3: 1, ch5x5red: 1, ch5x5: 1, poolProj: 1 };

const key = ({ of, exported, method }: Callable): string =>
  method === null ? exported : method === '' ? of : `${of}.${method}`;

/** Arguments of a call that works; what may be left out is. */
export function given(callable: Callable): readonly unknown[] {
  const row = rows[key(callable)] ?? rows[callable.name];
  const args = row?.() ?? [];
  return callable.parameters.map(({ text, type, isOptional }, i) => {
    if (i < args.length) return args[i];
    if (isOptional || row !== undefined) return undefined;
    return /^(path|folder)\b/.test(text) ? join(tmpdir(), 'kasane-mistakes', 'x') : argument(type);
  });
}
