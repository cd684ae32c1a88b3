/** What `build/modules.ts` makes. */
declare module 'virtual:threads' {
  /** The address of `worker/thread.ts`. */
  export const thread: string;
  /** The address of `devices/look.ts`. */
  export const look: string;
}

declare module 'virtual:modules' {
  import type { Modules } from './code/program.ts';

  export const modules: Modules;
}

/** What `build/examples.ts` makes. */
declare module 'virtual:examples' {
  import type { Example } from './build/examples.ts';

  export const examples: readonly Example[];
}

/** What `build/docstrings.ts` makes. */
declare module 'virtual:docstrings' {
  import type { Example } from './build/examples.ts';

  export const docstrings: readonly Example[];
}

/** What `build/lessons.ts` makes. */
declare module 'virtual:lessons' {
  import type { LessonSource } from './code/link-exercise.ts';
  import type { Excerpt } from './build/lessons.ts';

  export const lessons: ReadonlyMap<
    string,
    () => Promise<{ readonly source: LessonSource; readonly excerpts: readonly Excerpt[] }>
  >;
}

/** Whether the reference is served beside the page, as `docs/`: `vite.config.ts` puts it in. */
declare const HAS_REFERENCE: boolean;
