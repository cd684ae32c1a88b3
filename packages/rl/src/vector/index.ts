export type { BatchedOptions } from './batched-env.ts';
export { CartPoleVectorEnv } from './cart-pole-vector-env.ts';
export { PendulumVectorEnv } from './pendulum-vector-env.ts';
export { SyncVectorEnv, type SyncVectorEnvOptions } from './sync-vector-env.ts';
export type {
  AutoresetMode,
  Batch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from './vector-env.ts';
