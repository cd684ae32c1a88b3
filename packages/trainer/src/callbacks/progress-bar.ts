import type { Callback, EpochLogs, Training } from '../callback.ts';
import { milliseconds } from './clock.ts';

/** Where a bar is drawn: `process.stderr` is one. */
export interface BarStream {
  /** Whether what was written can be written over. */
  readonly isTTY?: boolean;
  /** Characters of a line. Default 80. */
  readonly columns?: number;
  /** Writes characters as they are. */
  write(text: string): unknown;
}

const WIDTH = 20;
/** Milliseconds between two drawings. */
const FRAME = 80;
const ERASE = '\r\u001b[K';

/**
 * Draws on a terminal how far a training is: epoch, bar, step, loss of the step, and the time that is left for all epochs. A line with the
 * epoch's numbers stays when it is over; where a line cannot be written over, as in a file, these are all.
 *
 *     epoch 2/10 ━━━━━━━━━━────────── 450/900 loss 0.1307 0:41 left
 *     epoch 2/10 loss 0.1255 accuracy 0.9612 valLoss 0.1019 valAccuracy 0.9686
 *
 * The time left is that of the steps so far, validations included, times what is to come. The clock tells milliseconds. For a page, see
 * `progress`. As Keras' `ProgbarLogger`, whose time left is that of the epoch.
 *
 * @example
 * import { fit, ProgressBar } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones, zeros } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * model.loadStateDict({ weight: zeros([1, 1]), bias: zeros([1]) });
 * const lines: string[] = [];
 * const stream = { write: (text: string) => lines.push(text) }; // without it, the terminal
 * await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 1,
 *   callbacks: [new ProgressBar(stream)],
 * });
 * lines; // => ["epoch 1/1 loss 1\n"]
 *
 * @category Callbacks
 */
export class ProgressBar implements Callback {
  readonly #stream: BarStream;
  readonly #clock: () => number;
  #start = { time: 0, done: 0 };
  #drawn = -Infinity;

  /** Takes the stream, by default the terminal's `stderr` or, where there is none, the console; and the clock, by default the ordinary one. */
  constructor(stream: BarStream = terminal(), clock: () => number = milliseconds) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** Looks at the clock. */
  onTrainBegin(training: Training): void {
    this.#start = { time: this.#clock(), done: doneOf(training) };
    this.#drawn = -Infinity;
  }

  /** Draws the bar anew. */
  onStep(training: Training): void {
    if (this.#stream.isTTY !== true) return;
    const now = this.#clock();
    if (now - this.#drawn < FRAME) return;
    this.#drawn = now;
    const { step, total, loss } = training;
    const steps = total === null ? `step ${step}` : `${bar(partOf(training))} ${step}/${total}`;
    const left = this.#left(training, now);
    this.#overwrite(`${epochOf(training)} ${steps} loss ${short(loss)}${left}`);
  }

  /** Writes the epoch's numbers. */
  onEpochEnd(training: Training): void {
    const { epoch: _, ...numbers }: EpochLogs = training.logs;
    const texts = Object.entries(numbers).map(([name, value]) => `${name} ${short(value)}`);
    this.#line(`${epochOf(training)} ${texts.join(' ')}`);
  }

  /** Writes why the training is slower than it could be. */
  onFallback(reason: string): void {
    this.#line(`fit runs op by op: ${reason}.`);
  }

  /** Writes what looks like a mistake. */
  onWarning(message: string): void {
    this.#line(message);
  }

  /** Takes the bar of an epoch that is not over off the screen. */
  onTrainEnd(): void {
    if (this.#stream.isTTY === true) this.#stream.write(ERASE);
  }

  #line(text: string): void {
    this.#stream.write(`${this.#stream.isTTY === true ? ERASE : ''}${text}\n`);
  }

  #left(training: Training, now: number): string {
    const done = doneOf(training);
    const fresh = done - this.#start.done;
    if (fresh <= 0) return ''; // in the first epoch of data without a length
    const seconds = Math.ceil(((now - this.#start.time) / 1000) * ((1 - done) / fresh));
    return ` ${clockFace(seconds)} left`;
  }

  /** A longer line would go on in the next one, which is not written over. */
  #overwrite(line: string): void {
    this.#stream.write(`${ERASE}${line.slice(0, (this.#stream.columns || 80) - 1)}`);
  }
}

/** The part of all epochs that is done, from 0 to 1. */
function doneOf(training: Training): number {
  return (training.epoch - 1 + partOf(training)) / training.epochs;
}

/** The part of the epoch that is done, from 0 to 1: data may give more batches than its length says. */
function partOf({ step, total }: Training): number {
  return total === null ? 0 : Math.min(1, step / total);
}

function epochOf({ epoch, epochs }: Training): string {
  return `epoch ${epoch}/${epochs}`;
}

function bar(part: number): string {
  const filled = Math.round(WIDTH * part);
  return '━'.repeat(filled) + '─'.repeat(WIDTH - filled);
}

/** Four digits that count. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** 0:41, 12:05, 1:00:00. */
function clockFace(seconds: number): string {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const [first, ...rest] = hours > 0 ? [hours, ...parts] : parts;
  return [first, ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** Where a program shows what it does. */
function terminal(): BarStream {
  const { process } = globalThis as { process?: { stderr?: BarStream } }; // Node's, Deno's and Bun's
  return process?.stderr ?? { write: (text) => host.log(text.trimEnd()) };
}

// oxlint-disable-next-line no-console -- the terminal of a page
const host = console;
