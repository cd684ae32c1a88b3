import type { Exercise } from '../exercise.ts';
import { bptt } from './bptt.ts';
import { gradientClipping } from './gradient-clipping.ts';
import { iris } from './iris.ts';
import { kerasLinearRegression } from './keras-linear-regression.ts';
import { linearRegression } from './linear-regression.ts';
import { nonlinearRegression } from './nonlinear-regression.ts';
import { perceptronGates } from './perceptron-gates.ts';
import { rnnBinaryAddition } from './rnn-binary-addition.ts';

/** Every exercise, in the order of the report. */
export const exercises: readonly Exercise[] = [
  rnnBinaryAddition,
  bptt,
  gradientClipping,
  linearRegression,
  nonlinearRegression,
  kerasLinearRegression,
  perceptronGates,
  iris,
];
