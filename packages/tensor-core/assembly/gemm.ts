// C (m × n) = op(A) (m × k) · op(B) (k × n), all row-major and contiguous.
//
// Each element is a sum over blocks of KC steps of k, each block one chain from zero in the order
// of k, the blocks added in order. Every path below keeps to that, so the bits of an element
// depend on its row of A and its column of B alone, not on m, n, or the path taken.

import { A_BYTES, B_BYTES, KC, MC, NC } from './gemm-block';
import { gemmDirect, gemmPanels } from './gemm-direct';
import { gemmDot } from './gemm-dot';
import { gemmDots } from './gemm-dots';
import { MR, micro } from './gemm-micro';
import { packA, packB } from './gemm-pack';
import { load4, store4 } from './lanes';

/** Elements of B up to which it is read from the first-level cache anyway, packed or not. */
const SMALL: i32 = 4096;

const TILE_BYTES: usize = 6 * 8 * 4;

/** Bytes that gemm needs at `scratch`, whatever the shapes; 16-byte aligned. @kernel */
export function gemmScratchBytes(): i32 {
  return <i32>(TILE_BYTES + A_BYTES + B_BYTES);
}

/** A register block at the edge: computed in full beside C, stored in part. */
function edge(
  kc: i32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  rows: i32,
  columns: i32,
  first: bool,
  tile: usize,
): void {
  micro(kc, a, b, tile, 32, true);
  for (; rows > 0; rows--) {
    for (let j = 0; j < columns; j += 4) {
      const at = (<usize>j) << 2;
      const left = columns - j;
      const v = v128.load(tile + at);
      store4(c + at, first ? v : f32x4.add(load4(c + at, left), v), left);
    }
    tile += 32;
    c += ldc;
  }
}

/**
 * The blocked and packed product for `rows` rows from `row` on and `columns` columns from `column` on of c,
 * k > 0, so that threads can share the work.
 * @kernel
 */
export function gemmPart(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: bool,
  transB: bool,
  scratch: usize,
  row: i32,
  rows: i32,
  column: i32,
  columns: i32,
): void {
  const rowEnd = row + rows;
  const columnEnd = column + columns;
  const tile = scratch;
  const packedA = scratch + TILE_BYTES;
  const packedB = packedA + A_BYTES;
  const lda = (<usize>(transA ? m : k)) << 2;
  const ldb = (<usize>(transB ? k : n)) << 2;
  const ldc = (<usize>n) << 2;
  for (let jc = column; jc < columnEnd; jc += NC) {
    const nc = min<i32>(columnEnd - jc, NC);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min<i32>(k - pc, KC);
      const first = pc == 0;
      const fromB = transB
        ? b + <usize>jc * ldb + ((<usize>pc) << 2)
        : b + <usize>pc * ldb + ((<usize>jc) << 2);
      packB(fromB, ldb, kc, nc, packedB, transB);
      for (let ic = row; ic < rowEnd; ic += MC) {
        const mc = min<i32>(rowEnd - ic, MC);
        const fromA = transA
          ? a + <usize>pc * lda + ((<usize>ic) << 2)
          : a + <usize>ic * lda + ((<usize>pc) << 2);
        packA(fromA, lda, mc, kc, packedA, transA);
        for (let jr = 0; jr < nc; jr += 8) {
          const pb = packedB + <usize>jr * ((<usize>kc) << 2);
          const width = min<i32>(nc - jr, 8);
          for (let ir = 0; ir < mc; ir += MR) {
            const pa = packedA + <usize>ir * ((<usize>kc) << 2);
            const height = min<i32>(mc - ir, MR);
            const to = c + <usize>(ic + ir) * ldc + ((<usize>(jc + jr)) << 2);
            if (height == MR && width == 8) micro(kc, pa, pb, to, ldc, first);
            else edge(kc, pa, pb, to, ldc, height, width, first, tile);
          }
        }
      }
    }
  }
}

/**
 * c (m, n) = op(a) (m, k) · op(b) (k, n), contiguous; with transA a is stored as (k, m), with
 * transB b as (n, k). The bits of an element do not depend on m or n. c overlaps neither operand.
 * @kernel
 */
export function gemm(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
  scratch: usize,
): void {
  if (m <= 0 || n <= 0) return;
  if (k <= 0) {
    memory.fill(c, 0, (<usize>m * <usize>n) << 2);
    return;
  }
  if (m == 1 && n == 1) {
    gemmDot(a, b, c, k);
    return;
  }
  if (k == 1) transB = 0; // a column is a row, too
  if (n == 1) {
    // (A b)ᵀ = bᵀ Aᵀ: a matrix times a vector is a vector times the transposed matrix.
    const swap = a;
    a = b;
    b = swap;
    transB = i32(!transA);
    transA = 0;
    n = m;
    m = 1;
  }
  const aRow: usize = transA ? 4 : (<usize>k) << 2;
  const aStep: usize = transA ? (<usize>m) << 2 : 4;
  // Panels of B are as wide as 8 columns rounded up, and must fit into their part of the scratch.
  const small = n * k <= SMALL;
  if (transB) {
    if (m <= 4) {
      gemmDots(a, b, c, m, n, k, aRow, aStep);
      return;
    }
    if (small && n <= NC) {
      gemmPanels(a, b, c, m, n, k, aRow, aStep, scratch);
      return;
    }
  } else if (m <= 4 || small) {
    gemmDirect(a, b, c, m, n, k, aRow, aStep);
    return;
  }
  gemmPart(a, b, c, m, n, k, bool(transA), bool(transB), scratch, 0, m, 0, n);
}

/**
 * `batch` products; the next operands are aStep and bStep elements on, the next c follows.
 * @kernel
 */
export function gemmBatch(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transA: i32,
  transB: i32,
  scratch: usize,
  batch: i32,
  aStep: i32,
  bStep: i32,
): void {
  for (; batch > 0; batch--) {
    gemm(a, b, c, m, n, k, transA, transB, scratch);
    a += (<usize>aStep) << 2;
    b += (<usize>bStep) << 2;
    c += (<usize>m * <usize>n) << 2;
  }
}
