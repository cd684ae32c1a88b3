import {
  isFigure,
  type ExerciseEvent,
  type Figure,
  type ProgressEvent,
} from '../../events/event.ts';
import type { Batch, Points } from './messages.ts';

/** Gathers events into batches: a run may report a million times a second, and a screen shows sixty of them. */
export class Batching {
  #progress: ProgressEvent | null = null;
  #metrics: Record<string, number> = {};
  #points = new Map<string, { chart: string; name: string; x: number[]; y: number[] }>();
  #figures = new Map<string, Figure>();

  add(event: ExerciseEvent): void {
    if (event.type === 'progress') {
      this.#progress = event;
    } else if (event.type === 'metric') {
      this.#metrics[event.name] = event.value;
    } else if (event.type === 'series') {
      const { chart, name, x, y } = event;
      const key = JSON.stringify([chart, name]);
      const points = this.#points.get(key) ?? { chart, name, x: [], y: [] };
      this.#points.set(key, points);
      for (const value of typeof x === 'number' ? [x] : x) points.x.push(value);
      for (const value of typeof y === 'number' ? [y] : y) points.y.push(value);
    } else if (isFigure(event)) {
      this.#figures.set(JSON.stringify([event.type, event.name]), event);
    }
  }

  /** What came since the last time, and what of it can be given away instead of copied. */
  take(memory: number, flops: number | null = null): { batch: Batch; transfer: ArrayBuffer[] } {
    const points = [...this.#points.values()].map(({ chart, name, x, y }) => ({
      chart,
      name,
      x: Float64Array.from(x),
      y: Float64Array.from(y),
    }));
    const batch: Batch = {
      progress: this.#progress,
      metrics: this.#metrics,
      points,
      figures: [...this.#figures.values()],
      memory,
      flops,
    };
    this.#progress = null;
    this.#metrics = {};
    this.#points = new Map();
    this.#figures = new Map();
    return {
      batch,
      transfer: points.flatMap(({ x, y }: Points) => [x.buffer, y.buffer] as ArrayBuffer[]),
    }; // made just here
  }
}
