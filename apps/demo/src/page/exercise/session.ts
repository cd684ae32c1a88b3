import { batch, signal } from '@preact/signals';
import type { Check } from '../../check.ts';
import type { Figure, ProgressEvent } from '../../events/event.ts';
import type { ExerciseData } from '../../exercise.ts';
import type { Question } from '../../runner.ts';
import type { Batch, Ended, Job } from '../worker/messages.ts';
import { deviceWords } from '../devices/words.ts';
import { ownWords } from '../own-data/words.ts';
import { LostError, StoppedError, Trainer } from '../worker/trainer.ts';
import { Line } from './line.ts';
import { type Settings, valuesOf } from './settings.ts';
import type { Value } from '../../parameter.ts';

/** How far a run or an answer is. */
export type Status = 'starting' | 'running' | 'paused' | 'ended' | 'stopped' | 'failed';

/** What a run or an answer has reported so far, for the page to show. */
export class Report {
  readonly status = signal<Status>('starting');
  readonly progress = signal<ProgressEvent | null>(null);
  readonly metrics = signal<Readonly<Record<string, number>>>({});
  readonly figures = signal<readonly Figure[]>([]);
  /** The lines of each chart; `points` counts what came, so that whoever draws them hears of it. */
  readonly charts: Map<string, Line[]>;
  readonly points = signal(0);
  readonly checks = signal<readonly Check[]>([]);
  readonly error = signal('');
  readonly seconds = signal<number | null>(null);
  /** Steps in a second, as the exercise counts them. */
  readonly rate = signal(0);
  /** Floating-point operations of a step, and in a second. */
  readonly flops = signal(0);
  /** The name of the backend. */
  readonly backend = signal('');
  /** Bytes that tensors hold. */
  readonly memory = signal(0);
  readonly trained = signal(false);
  #counted = { at: 0, step: 0 };

  constructor(charts: readonly string[]) {
    this.charts = new Map(charts.map((name) => [name, []]));
  }

  take({ progress, metrics, points, figures, memory, flops }: Batch): void {
    batch(() => {
      if (this.status.value === 'starting') this.status.value = 'running';
      if (progress !== null) this.progress.value = progress;
      if (Object.keys(metrics).length > 0)
        this.metrics.value = { ...this.metrics.value, ...metrics };
      for (const { chart, name, x, y } of points) {
        const lines = this.charts.get(chart) ?? [];
        this.charts.set(chart, lines);
        let line = lines.find((one) => one.name === name);
        if (line === undefined) lines.push((line = new Line(name)));
        line.append(x, y);
        this.points.value += x.length;
      }
      if (figures.length > 0) this.figures.value = merged(this.figures.value, figures);
      this.memory.value = memory;
      if (flops !== null) this.flops.value = flops;
      if (progress !== null) this.#measure(progress.step);
    });
  }

  end({ metrics, checks, seconds, trained }: Ended): void {
    batch(() => {
      this.metrics.value = metrics;
      this.checks.value = checks;
      this.seconds.value = seconds;
      this.trained.value = trained;
      this.status.value = 'ended';
    });
  }

  fail(error: unknown): void {
    batch(() => {
      this.status.value = error instanceof StoppedError ? 'stopped' : 'failed';
      if (error instanceof LostError) this.error.value = deviceWords.value.lost;
      else if (!(error instanceof StoppedError))
        this.error.value = error instanceof Error ? error.message : String(error);
    });
  }

  #measure(step: number): void {
    const now = performance.now();
    const { at, step: before } = this.#counted;
    if (at > 0 && now - at < 500 && step >= before) return;
    // Steps that begin anew are another training's.
    if (at > 0 && step > before) this.rate.value = ((step - before) / (now - at)) * 1000;
    this.#counted = { at: now, step };
  }
}

/** Figures in the order in which they first came, the later of two with one type and name. */
function merged(before: readonly Figure[], news: readonly Figure[]): Figure[] {
  const key = ({ type, name }: Figure): string => JSON.stringify([type, name]);
  const all = new Map(before.map((one) => [key(one), one]));
  for (const one of news) all.set(key(one), one);
  return [...all.values()];
}

/** One run with what it was asked for. */
export interface Run {
  readonly number: number;
  readonly exercise: ExerciseData;
  readonly settings: Settings;
  readonly values: Readonly<Record<string, Value>>;
  readonly report: Report;
}

/** The speeds a run can be watched at: milliseconds to rest after each step. */
export const SPEEDS = { full: 0, fast: 20, medium: 100, slow: 500 } as const;
export type Speed = keyof typeof SPEEDS;

let count = 0;

/** What goes on in the page of one exercise. */
export class Session {
  readonly exercise: ExerciseData;
  /** The run that is shown, and those that it is compared with. */
  readonly run = signal<Run | null>(null);
  readonly kept = signal<readonly Run[]>([]);
  /** What somebody has given for the exercise to learn from. */
  readonly data = signal<readonly File[] | null>(null);
  readonly speed = signal<Speed>('full');
  /** The answers to tries, by name. */
  readonly answers = signal<Readonly<Record<string, Report>>>({});
  readonly #trainer = new Trainer();

  constructor(exercise: ExerciseData) {
    this.exercise = exercise;
  }

  /** Whether a run goes on or stands. */
  get busy(): boolean {
    const status = this.run.value?.report.status.value;
    return status === 'starting' || status === 'running' || status === 'paused';
  }

  /** Starts a run; with `step`, it comes to stand after the first one. Resolves when it is over, however it ends. */
  async start(settings: Settings, step = false): Promise<Run> {
    const report = new Report(Object.keys(this.exercise.charts));
    const values = valuesOf(this.exercise, settings);
    const run: Run = { number: ++count, exercise: this.exercise, settings, values, report };
    batch(() => {
      this.run.value = run;
      this.answers.value = {};
    });
    const { variant, preset, seed, given, device } = settings;
    const files = settings.own ? this.data.value : undefined;
    if (files === null) {
      report.fail(new Error(ownWords.value.missing));
      return run;
    }
    const { id } = this.exercise;
    const job: Job = {
      id,
      variant,
      preset,
      seed,
      parameters: given,
      device,
      ...(files && { files }),
    };
    try {
      report.end(
        await this.#trainer.run(job, step ? 'step' : 'run', SPEEDS[this.speed.value], {
          batch: (one) => report.take(one),
          paused: () => (report.status.value = 'paused'),
          ready: (backend) => (report.backend.value = backend),
        }),
      );
    } catch (error) {
      report.fail(error);
    }
    return run;
  }

  /** Runs with seeds that follow each other, and keeps them beside each other; ends when one is stopped or fails. */
  async startSeeds(settings: Settings, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const run = await this.start({ ...settings, seed: (settings.seed + i) % 2 ** 32 });
      if (run.report.status.value !== 'ended') return;
      if (i < count - 1) this.keep();
    }
  }

  /** Runs in threads of another kind from now on, or again in its own. */
  use(make: (() => Worker) | null): void {
    this.#trainer.use(make);
  }

  pause(): void {
    this.#trainer.pace('pause', SPEEDS[this.speed.value]);
  }

  /** Goes on after a pause, to the end or by one step. */
  resume(step = false): void {
    const report = this.run.value?.report;
    if (report?.status.value === 'paused') report.status.value = 'running';
    this.#trainer.pace(step ? 'step' : 'run', SPEEDS[this.speed.value]);
  }

  stop(): void {
    this.#trainer.stop();
  }

  hurry(speed: Speed): void {
    this.speed.value = speed;
    const status = this.run.value?.report.status.value;
    if (status === 'running' || status === 'starting') this.#trainer.pace('run', SPEEDS[speed]);
  }

  async ask(question: Question): Promise<void> {
    const report = new Report([]);
    this.answers.value = { ...this.answers.value, [question.name]: report };
    try {
      report.end(await this.#trainer.ask(question, { batch: (one) => report.take(one) }));
    } catch (error) {
      report.fail(error);
    }
  }

  weights(): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#trainer.weights();
  }

  /** Keeps the run that is shown beside those to come. */
  keep(): void {
    const run = this.run.value;
    if (run !== null && !this.kept.value.includes(run)) this.kept.value = [...this.kept.value, run];
  }

  forget(run: Run): void {
    this.kept.value = this.kept.value.filter((one) => one !== run);
  }

  close(): void {
    this.#trainer.close();
  }
}
