import { batch, signal } from '@preact/signals';
import { modules } from 'virtual:modules';
import { Report } from '../exercise/session.ts';
import type { Device } from '../worker/messages.ts';
import { ProgramError, type Place } from './program-error.ts';
import { HEAD_LINES, programModule } from './program.ts';
import type { Fault, Said, Told } from './told.ts';

/** How far a program is; one that reached its last line may still say something. */
export type ProgramStatus = 'idle' | 'running' | 'done' | 'failed' | 'stopped';

/** What is wrong with a program, at its own line. */
export interface Wrong {
  readonly message: string;
  readonly place: Place | null;
}

/** Starts a thread from a module that was made in the page. It is one of the page's own, and held to its policy. */
export function threadOf(code: string): { readonly worker: Worker; readonly url: string } {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  // It is kept until its thread has said something, and therefore read it.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return { worker, url };
}

/** Runs programs in a thread of their own, one after the other. */
export class ProgramRun {
  readonly status = signal<ProgramStatus>('idle');
  readonly said = signal<readonly Said[]>([]);
  readonly wrong = signal<readonly Wrong[]>([]);
  readonly report = signal(new Report([]));
  readonly seconds = signal(0);
  #worker: Worker | null = null;

  start(source: string, device?: Device): void {
    this.#end();
    batch(() => {
      this.said.value = this.wrong.value = [];
      this.report.value = new Report([]);
      this.status.value = 'running';
    });
    const began = performance.now();
    try {
      const { worker } = threadOf(programModule(source, modules, device));
      this.#worker = worker;
      worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (this.#worker === worker) this.#hear(data, began);
      });
      // What fails before the first line of it runs.
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        this.#fail({ message: event.message || 'The program did not start.', place: null });
      });
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      this.#fail(error);
    }
  }

  stop(): void {
    if (this.#worker === null) return;
    this.#end();
    if (this.status.value === 'running') this.status.value = 'stopped';
  }

  #hear(told: Told, began: number): void {
    switch (told.type) {
      case 'said':
        this.said.value = [...this.said.value, ...told.said];
        return;
      case 'reported':
        return this.report.value.take(told.batch);
      case 'fault':
        return this.#fail({ ...told.fault, place: inSource(told.fault) });
      case 'done':
        this.seconds.value = (performance.now() - began) / 1000;
        if (this.status.value === 'running') this.status.value = 'done';
    }
  }

  #fail({ message, place }: Wrong): void {
    this.wrong.value = [...this.wrong.value, { message, place }];
    this.status.value = 'failed';
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}

/** The place as the editor counts it. */
const inSource = ({ place }: Fault): Place | null =>
  place && { ...place, line: place.line - HEAD_LINES };
