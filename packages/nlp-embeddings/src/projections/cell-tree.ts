/** Points in a cell at most that is not split. */
const FEW = 8;

/**
 * Points of one, two or three dimensions in cells within cells: a cell is the smallest box around its points and is split
 * at its middle. Cells stand in the order of a walk that goes down first, each with the place behind the last that lies in it: a walk
 * that does not look into a cell goes on there.
 *
 * @see Barnes and Hut (1986), A hierarchical O(N log N) force-calculation algorithm.
 */
export class CellTree {
  /** Points in the order of the cells, by their number, and where they lie. */
  readonly order: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  cells = 0;
  // Of each cell: its points, their mean, how far away it is seen as one point (squared), the place behind it.
  readonly #first: Int32Array;
  readonly #end: Int32Array;
  readonly #meanX: Float64Array;
  readonly #meanY: Float64Array;
  readonly #meanZ: Float64Array;
  readonly #near: Float64Array;
  readonly #behind: Int32Array;
  readonly #angle: number;

  /** A cell is seen as one point from where its diagonal is below `angle` times the distance, with an angle up to 1: never from inside. */
  constructor(n: number, angle: number) {
    this.#angle = angle;
    this.order = Int32Array.from({ length: n }, (_, i) => i);
    [this.x, this.y, this.z] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    // Every split has points on both sides, so there are fewer than 2n cells.
    const most = 2 * n;
    [this.#first, this.#end, this.#behind] = [
      new Int32Array(most),
      new Int32Array(most),
      new Int32Array(most),
    ];
    [this.#meanX, this.#meanY, this.#meanZ, this.#near] = [
      new Float64Array(most),
      new Float64Array(most),
      new Float64Array(most),
      new Float64Array(most),
    ];
  }

  /** Sorts points of so many dimensions into cells. */
  build(points: Float64Array, dims: number): void {
    const { order, x, y, z } = this;
    // In the order of the last time, in which most are where they belong.
    for (let place = 0; place < order.length; place++) {
      const at = order[place]! * dims;
      x[place] = points[at]!;
      if (dims > 1) y[place] = points[at + 1]!;
      if (dims > 2) z[place] = points[at + 2]!;
    }
    this.cells = 0;
    this.#cell(0, order.length);
  }

  #cell(first: number, end: number): void {
    const { x, y, z } = this;
    let lowX = x[first]!;
    let lowY = y[first]!;
    let lowZ = z[first]!;
    let highX = lowX;
    let highY = lowY;
    let highZ = lowZ;
    let sumX = 0;
    let sumY = 0;
    let sumZ = 0;
    for (let i = first; i < end; i++) {
      const px = x[i]!;
      const py = y[i]!;
      const pz = z[i]!;
      if (px < lowX) lowX = px;
      else if (px > highX) highX = px;
      if (py < lowY) lowY = py;
      else if (py > highY) highY = py;
      if (pz < lowZ) lowZ = pz;
      else if (pz > highZ) highZ = pz;
      sumX += px;
      sumY += py;
      sumZ += pz;
    }
    const cell = this.cells++;
    const count = end - first;
    const wide = highX - lowX;
    const high = highY - lowY;
    const deep = highZ - lowZ;
    this.#first[cell] = first;
    this.#end[cell] = end;
    this.#meanX[cell] = sumX / count;
    this.#meanY[cell] = sumY / count;
    this.#meanZ[cell] = sumZ / count;
    const diagonal = wide * wide + high * high + deep * deep;
    this.#near[cell] = diagonal / this.#angle ** 2;
    if (count > FEW && diagonal > 0) {
      const middleX = this.#split(first, end, x, lowX + wide / 2);
      this.#halves(first, middleX, lowY + high / 2, lowZ + deep / 2);
      this.#halves(middleX, end, lowY + high / 2, lowZ + deep / 2);
    }
    this.#behind[cell] = this.cells;
  }

  #halves(first: number, end: number, middleY: number, middleZ: number): void {
    if (first === end) return;
    const y = this.#split(first, end, this.y, middleY);
    const z = this.#split(first, y, this.z, middleZ);
    if (first < z) this.#cell(first, z);
    if (z < y) this.#cell(z, y);
    if (y === end) return;
    const right = this.#split(y, end, this.z, middleZ);
    if (y < right) this.#cell(y, right);
    if (right < end) this.#cell(right, end);
  }

  /** Moves points up to the middle to the front; gives the first place behind them. */
  #split(first: number, end: number, along: Float64Array, middle: number): number {
    let i = first;
    let j = end;
    while (i < j) {
      if (along[i]! <= middle) i++;
      else this.#swap(i, --j);
    }
    return i;
  }

  #swap(i: number, j: number): void {
    const { order, x, y, z } = this;
    const n = order[i]!;
    const px = x[i]!;
    const py = y[i]!;
    const pz = z[i]!;
    order[i] = order[j]!;
    x[i] = x[j]!;
    y[i] = y[j]!;
    z[i] = z[j]!;
    order[j] = n;
    x[j] = px;
    y[j] = py;
    z[j] = pz;
  }

  /**
   * With q = 1 / (1 + |p - p_j|²): Σ q over all points j but p itself, and Σ q² (p - p_j) in `force`. The point is given by its place.
   */
  repel(place: number, force: Float64Array): number {
    const { x, y, z, cells } = this;
    const near = this.#near;
    const behind = this.#behind;
    const meanX = this.#meanX;
    const meanY = this.#meanY;
    const meanZ = this.#meanZ;
    const px = x[place]!;
    const py = y[place]!;
    const pz = z[place]!;
    let total = -1;
    let fx = 0;
    let fy = 0;
    let fz = 0; // the point itself adds 1
    for (let cell = 0; cell < cells;) {
      const dx = px - meanX[cell]!;
      const dy = py - meanY[cell]!;
      const dz = pz - meanZ[cell]!;
      const square = dx * dx + dy * dy + dz * dz;
      const next = behind[cell]!;
      if (square > near[cell]!) {
        const q = 1 / (1 + square);
        const all = q * (this.#end[cell]! - this.#first[cell]!);
        total += all;
        fx += all * q * dx;
        fy += all * q * dy;
        fz += all * q * dz;
        cell = next;
      } else if (next === cell + 1) {
        const end = this.#end[cell]!;
        for (let j = this.#first[cell]!; j < end; j++) {
          const ex = px - x[j]!;
          const ey = py - y[j]!;
          const ez = pz - z[j]!;
          const q = 1 / (1 + ex * ex + ey * ey + ez * ez);
          total += q;
          fx += q * q * ex;
          fy += q * q * ey;
          fz += q * q * ez;
        }
        cell = next;
      } else {
        cell++;
      }
    }
    force[0] = fx;
    force[1] = fy;
    force[2] = fz;
    return total;
  }
}
