export { PassiveEnvChecker } from './passive-env-checker.ts';
export { TimeLimit } from './time-limit.ts';
export { unwrapped, Wrapper } from './wrapper.ts';
