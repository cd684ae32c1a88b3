/**
 * Native speed in Node: matrix products, and what is made of them, by a BLAS on the memory of the WebAssembly backend.
 *
 * @packageDocumentation
 */
export { giveAll, useNative, type NativeInfo, type NativeOptions } from './use-native.ts';
