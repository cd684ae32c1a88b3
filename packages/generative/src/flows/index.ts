export { Flow, type FlowOptions, type FlowSampleOptions } from './flow.ts';
export type { Mapped } from './coupling.ts';
export { NICE } from './nice.ts';
export { RealNVP } from './real-nvp.ts';
