/**
 * What a program of the page runs in: the first module that its own imports. It hears what the program prints, reports and breaks at,
 * and tells the page, a batch at a time.
 */
import { closestMatch } from 'leven';
import type { ExerciseEvent } from '../../events/event.ts';
import { requireWhole, isFigure } from '../../events/event.ts';
import { Batching } from '../worker/batching.ts';
import type { Device } from '../worker/messages.ts';
import { switchTo } from '../worker/switch.ts';
import type { Place } from './program-error.ts';
import { placeIn } from './stack.ts';
import { textOf } from './text-of.ts';
import type { Said, Told } from './told.ts';

/** Milliseconds between two batches. */
const FRAME = 50;
/** Things that a program may say; what comes after them is not told. */
const MOST = 5000;
/** Of these each is told at once, for a program that never waits again has no later. */
const FIRST = 100;

const tell = (one: Told, transfer: ArrayBuffer[] = []): void => postMessage(one, { transfer });

let said: Said[] = [];
let count = 0;
const batching = new Batching();
let reported = false;
let told = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  told = performance.now();
  if (said.length > 0) tell({ type: 'said', said });
  said = [];
  if (!reported) return;
  reported = false;
  const { batch, transfer } = batching.take(0);
  tell({ type: 'reported', batch }, transfer);
}

/** Flushes soon, and now if the last time is long ago. */
function flushSoon(): void {
  if (performance.now() - told >= FRAME) flush();
  else timer ??= setTimeout(flush, FRAME);
}

function say(one: Said): void {
  if (++count > MOST + 1) return;
  said.push(count > MOST ? { type: 'omitted' } : one);
  if (count <= FIRST || count > MOST) flush();
  else flushSoon();
}

for (const [method, level] of [
  ['log', 'log'],
  ['info', 'log'],
  ['debug', 'log'],
  ['warn', 'warn'],
  ['error', 'error'],
] as const /* prettier-ignore */) {
  console[method] = (...values: readonly unknown[]) => {
    say({ type: 'printed', level, text: values.map((value) => textOf(value)).join(' ') });
  };
}
console.table = (rows: unknown) => console.log(rows);

/** Where an error came from, if the program is among the places. */
function fault(error: unknown, place: Place | null = null): void {
  flush();
  const message =
    error instanceof Error
      ? (error.name === 'Error' ? '' : `${error.name}: `) + error.message
      : textOf(error);
  const own =
    error instanceof ImportError
      ? error.place
      : placeIn(error instanceof Error ? error.stack : undefined, location.href);
  tell({ type: 'fault', fault: { message, place: own ?? place } });
}

addEventListener('error', (event) => {
  event.preventDefault();
  const { error, message, filename, lineno: line, colno: column } = event;
  fault(error ?? message, filename === location.href && line > 0 ? { line, column } : null);
});
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  fault(event.reason);
});

/** Reports what an exercise may report, for the page to draw: `report({ type: 'series', chart: 'loss', name: 'training', x, y })`. */
function report(event: ExerciseEvent): void {
  if (isFigure(event)) requireWhole(event);
  batching.add(event);
  reported = true;
  flushSoon();
}
Object.assign(globalThis, { report });

/** An import of what is not there; its place counts in the program, head and all. */
class ImportError extends Error {
  override readonly name: string = 'Error';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** Makes sure that a module exports what a program imports of it. */
export function need(
  module: Readonly<Record<string, unknown>>,
  specifier: string,
  names: readonly (readonly [name: string, line: number, column: number])[],
): void {
  for (const [name, line, column] of names) {
    if (name in module) continue;
    const nearest = closestMatch(name, Object.keys(module));
    throw new ImportError(
      `${specifier} has no value '${name}'; the nearest is '${nearest}'. A type is imported by \`import type\`.`,
      { line, column },
    );
  }
}

/** Shows the value of a line, and gives it back. */
export function show<Value>(line: number, value: Value): Value {
  // As the examples write it: a tensor by its values alone.
  say({ type: 'value', line, text: textOf(value, false) });
  return value;
}

/** Shows the error that a line throws, which it is there for. */
export async function throws(line: number, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    say({ type: 'value', line, text: `throws ${textOf(error)}` });
    return;
  }
  throw new Error(`line ${line} was to throw, and did not`);
}

/** Puts the tensors of the program where the page wants them. */
export async function on(device: Device): Promise<void> {
  await switchTo(device);
}

/** Tells that the last line was reached. */
export function done(): void {
  flush();
  tell({ type: 'done' });
}
