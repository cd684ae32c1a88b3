export { TimeLimit } from './time-limit.ts';
export { unwrapped, Wrapper } from './wrapper.ts';
