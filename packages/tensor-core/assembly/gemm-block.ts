// Block sizes of the matrix product. A panel of B (KC × 8) stays in the first-level cache, a
// block of A (MC × KC) in the second, a block of B (KC × NC) in the third.

/** Steps of k that are summed in one chain; part of the definition of the result. */
export const KC: i32 = 256;

/** Rows of a packed block of A: a multiple of both 4 and 6. */
export const MC: i32 = 96;

/** Columns of a packed block of B. */
export const NC: i32 = 512;

/** Room for a packed block of A. */
export const A_BYTES: usize = MC * KC * 4;

/** Room for a packed block of B. */
export const B_BYTES: usize = NC * KC * 4;
