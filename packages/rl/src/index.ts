export type { Env, Info, Reset, ResetOptions, Step } from './env.ts';
export type { SampleOptions, Space } from './spaces/space.ts';
