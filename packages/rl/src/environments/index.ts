export { Acrobot, type AcrobotOptions } from './acrobot.ts';
export { CartPole, type CartPoleOptions } from './cart-pole.ts';
export { MountainCar, MountainCarContinuous, type MountainCarOptions } from './mountain-car.ts';
export { Pendulum, type PendulumOptions } from './pendulum.ts';
export { MailCampaign, type MailCampaignOptions, type MailCustomer } from './mail-campaign.ts';
export type { ResetBounds } from './reset-options.ts';
export { SeededEnv } from './seeded-env.ts';
export { TabularEnv, type Outcome, type Transitions } from './tabular-env.ts';
export { CliffWalking, type CliffWalkingOptions } from './cliff-walking.ts';
export {
  FrozenLake,
  generateRandomMap,
  type FrozenLakeOptions,
  type RandomMapOptions,
} from './frozen-lake.ts';
export { checkEnv, type CheckEnvOptions } from './check-env.ts';
export { GridWorld, type GridWorldOptions } from './grid-world.ts';
export { Taxi, type TaxiOptions, type TaxiState } from './taxi.ts';
export {
  make,
  register,
  registeredIds,
  spec,
  type EnvSpec,
  type MadeEnv,
  type MakeOptions,
  type NewEnvSpec,
  type Registered,
  type SpaceOf,
} from './registry.ts';
export { Blackjack, type BlackjackObservation, type BlackjackOptions } from './blackjack.ts';
