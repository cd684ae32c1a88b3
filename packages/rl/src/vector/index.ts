export { AcrobotVectorEnv, type AcrobotVectorEnvOptions } from './acrobot-vector-env.ts';
export type { BatchedOptions } from './batched-env.ts';
export { CartPoleVectorEnv, type CartPoleVectorEnvOptions } from './cart-pole-vector-env.ts';
export { makeVec, type MakeVecOptions } from './make-vec.ts';
export {
  MountainCarContinuousVectorEnv,
  type MountainCarContinuousVectorEnvOptions,
} from './mountain-car-continuous-vector-env.ts';
export {
  MountainCarVectorEnv,
  type MountainCarVectorEnvOptions,
} from './mountain-car-vector-env.ts';
export { PendulumVectorEnv, type PendulumVectorEnvOptions } from './pendulum-vector-env.ts';
export { SyncVectorEnv, type SyncVectorEnvOptions } from './sync-vector-env.ts';
export type {
  AutoresetMode,
  Batch,
  VectorEnv,
  VectorReset,
  VectorResetOptions,
  VectorStep,
} from './vector-env.ts';
