/** A sparse matrix of n rows: those of row i lie from starts[i] to starts[i + 1], their columns rising. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** The transpose of a matrix with n rows, of which `columns` may be in any order. */
export function transposed({ starts, columns, values }: SparseRows, n: number): SparseRows {
  const next = new Int32Array(n + 1);
  for (const j of columns) next[j + 1]!++;
  for (let j = 0; j < n; j++) next[j + 1]! += next[j]!;
  const out = {
    starts: next.slice(),
    columns: new Int32Array(columns.length),
    values: new Float64Array(columns.length),
  };
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const place = next[columns[e]!]!++;
      out.columns[place] = i;
      out.values[place] = values[e]!;
    }
  }
  return out;
}

/** f(a, b) of each element a of a square matrix and b of its transpose, where it is not 0. The k elements of each row may be in any order. */
export function withTranspose(
  indices: Int32Array,
  values: Float64Array,
  k: number,
  f: (a: number, b: number) => number,
): SparseRows {
  const n = indices.length / k;
  const starts = Int32Array.from({ length: n + 1 }, (_, i) => i * k);
  const right = transposed({ starts, columns: indices, values }, n);
  const left = transposed(right, n);
  const outStarts = new Int32Array(n + 1);
  const outColumns = new Int32Array(2 * indices.length);
  const outValues = new Float64Array(2 * indices.length);
  let place = 0;
  for (let i = 0; i < n; i++) {
    let p = left.starts[i]!;
    let q = right.starts[i]!;
    const pEnd = left.starts[i + 1]!;
    const qEnd = right.starts[i + 1]!;
    while (p < pEnd || q < qEnd) {
      const j = Math.min(
        p < pEnd ? left.columns[p]! : Infinity,
        q < qEnd ? right.columns[q]! : Infinity,
      );
      const a = p < pEnd && left.columns[p] === j ? left.values[p++]! : 0;
      const b = q < qEnd && right.columns[q] === j ? right.values[q++]! : 0;
      outColumns[place] = j;
      outValues[place] = f(a, b);
      if (outValues[place] !== 0) place++;
    }
    outStarts[i + 1] = place;
  }
  return {
    starts: outStarts,
    columns: outColumns.slice(0, place),
    values: outValues.slice(0, place),
  };
}
