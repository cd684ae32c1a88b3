import { tensor, type Tensor } from '@kasane/tensor-core';
export class Generator { s: number; constructor(seed: number) { this.s = (seed * 2654435761 + 12345) >>> 0; }
  next(): number { this.s = (this.s + 0x6d2b79f5) >>> 0; let t = this.s; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; } }
const fill = (shape: readonly number[], f: () => number, dtype: any = 'float32'): Tensor => tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, f), shape, { dtype });
export const randn = (shape: readonly number[], o: any): Tensor => fill(shape, () => Math.sqrt(-2 * Math.log(1 - o.generator.next())) * Math.cos(6.283185307179586 * o.generator.next()), o.dtype);
export const rand = (shape: readonly number[], o: any): Tensor => fill(shape, () => o.generator.next(), o.dtype);
export const randint = (l: number, h: number, shape: readonly number[], o: any): Tensor => fill(shape, () => l + Math.floor(o.generator.next() * (h - l)), 'int32');
export const randperm = (n: number, o: any): Tensor => { const a = Array.from({ length: n }, (_, i) => i); for (let i = n - 1; i > 0; i--) { const j = Math.floor(o.generator.next() * (i + 1)); [a[i], a[j]] = [a[j]!, a[i]!]; } return tensor(Int32Array.from(a), [n]); };
