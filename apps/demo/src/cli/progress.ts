import { createLogUpdate } from 'log-update';
import type { ExerciseEvent } from '../events/event.ts';
import { formatNumber } from '../number-format.ts';
import type { Output } from './environment.ts';

/** Shows how far a run is. */
export interface Progress {
  update(event: ExerciseEvent): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

type Step = Extract<ExerciseEvent, { type: 'progress' }>;

const BAR_WIDTH = 24;
/** Milliseconds between two drawings of the bar. */
const FRAME = 80;

/** Milliseconds between two plain lines. */
const LINE = 1000;

/** A bar that redraws itself on a terminal; in a pipe, a plain line now and then. */
export function createProgress(label: string, stream: Output): Progress {
  return stream.isTTY ? bar(label, stream) : lines(label, stream);
}

/** For output that must hold nothing else. */
export const silent: Progress = { update: () => {}, clear: () => {} };

function bar(label: string, stream: Output): Progress {
  // log-update only writes to the stream and asks for its width.
  const draw = createLogUpdate(stream as NodeJS.WriteStream, { showCursor: true });
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(event) {
      if (event.type !== 'progress') return;
      const now = performance.now();
      if (now - drawn < FRAME && event.step < event.total) return;
      drawn = now;
      const filled = Math.round(BAR_WIDTH * Math.min(1, event.step / event.total));
      draw(`${label} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${describe(event)}`);
    },
    clear: () => draw.clear(),
  };
}

function lines(label: string, stream: Output): Progress {
  let tenth = 0;
  let written: number | null = null;
  return {
    update(event) {
      if (event.type !== 'progress') return;
      written ??= performance.now(); // what came before was no step
      // A line for each tenth of the way, and of a fast run not even that.
      const reached = Math.floor((10 * event.step) / event.total);
      if (reached === tenth) return;
      tenth = reached;
      const now = performance.now();
      if (now - written < LINE) return;
      written = now;
      stream.write(`${label}: ${describe(event)}\n`);
    },
    clear() {},
  };
}

function describe({ step, total, loss }: Step): string {
  const where = `step ${formatNumber(step)} of ${formatNumber(total)}`;
  return loss === undefined ? where : `${where}, loss ${formatNumber(loss)}`;
}
