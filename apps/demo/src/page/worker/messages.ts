/** What the page and the thread of the exercises say to each other. */
import type { BackendName, Mode } from '../../device-names.ts';
import type { Check } from '../../check.ts';
import type { Figure, ProgressEvent } from '../../events/event.ts';
import type { Question, RunSettings } from '../../runner.ts';
import type { Value } from '../../parameter.ts';

/** Where tensors live. */
export interface Device {
  readonly backend: BackendName;
  readonly mode?: Mode;
  /** Of the wasm backend; more than one where memory can be shared. */
  readonly threads: number;
}

/** One run of an exercise. */
export interface Job extends Pick<RunSettings, 'variant' | 'preset' | 'seed' | 'parameters'> {
  /** The exercise's. */
  readonly id: string;
  readonly device: Device;
  /** The files that it learns from in place of its own data. */
  readonly files?: readonly File[];
}

/** How a run goes on: on and on, to the next step, or not at all. */
export type Pace = 'run' | 'step' | 'pause';

/** What the page asks for; `task` numbers what is answered. */
export type Request =
  | { readonly type: 'run'; readonly task: number; readonly job: Job; readonly pace: Pace; readonly rest: number }
  | { readonly type: 'ask'; readonly task: number; readonly question: Question }
  | { readonly type: 'weights'; readonly task: number }
  /** `rest` is how many milliseconds to wait after each step. */
  | { readonly type: 'pace'; readonly pace: Pace; readonly rest: number }
  | { readonly type: 'stop' }; // prettier-ignore

/** New points of one series. */
export interface Points {
  readonly chart: string;
  readonly name: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What happened since the last batch: of progress and of figures with one name the last one. */
export interface Batch {
  readonly progress: ProgressEvent | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly points: readonly Points[];
  readonly figures: readonly Figure[];
  /** Bytes that tensors hold. */
  readonly memory: number;
  /** Floating-point operations of a step, as far as they were counted. */
  readonly flops: number | null;
}

/** What a run amounted to, or an answer to a question, which has no checks. */
export interface Ended {
  readonly metrics: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
  readonly parameters: Readonly<Record<string, Value>>;
  readonly seconds: number;
  /** Whether tries can be asked. */
  readonly trained: boolean;
}

/** What the thread answers. */
export type Reply =
  | { readonly type: 'batch'; readonly task: number; readonly batch: Batch }
  | { readonly type: 'paused'; readonly task: number }
  /** The backend is there. */
  | { readonly type: 'ready'; readonly task: number; readonly backend: string }
  | { readonly type: 'ended'; readonly task: number; readonly ended: Ended }
  | { readonly type: 'weights'; readonly task: number; readonly file: Uint8Array<ArrayBuffer> | null }
  | { readonly type: 'stopped'; readonly task: number }
  /** `usage` where who asked can put it right, `lost` where the device was taken away. */
  | { readonly type: 'failed'; readonly task: number; readonly message: string; readonly stack?: string; readonly usage: boolean; readonly lost: boolean }; // prettier-ignore
