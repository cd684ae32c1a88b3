/**
 * Recurrent layers for Kasane.
 *
 * @packageDocumentation
 */
export type { Cell, CellStep } from './cell.ts';
