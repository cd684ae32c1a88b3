/** Long sums as source text. */

// As many numbers are added up in a row; then as many of such sums, and so on.
const BLOCK = 16;

/**
 * Loops that add up n terms. In float32 a sum is off by as many roundings as there are additions behind one another: here
 * 16 for every power of 16 in n, where a plain loop has n. (To carry along what rounding took away would do as well, if no
 * compiler of shaders found that it is zero in theory.)
 *
 * `add` gives the statements that add term `t` to the variables `into`, which stand for `totals`, declared before.
 */
export function summed(
  n: number,
  totals: readonly string[],
  add: (t: string, into: readonly string[]) => string,
): string {
  let names = 0;
  const level = (count: number, from: string, into: readonly string[]): string => {
    const t = `t${names++}`;
    const at = from === '' ? t : `${from} + ${t}`;
    if (count <= BLOCK) return `for (let ${t} = 0; ${t} < ${count}; ${t}++) { ${add(at, into)} }`;
    let unit = BLOCK;
    while (unit * BLOCK < count) unit *= BLOCK;
    const whole = Math.floor(count / unit);
    const rest = count - whole * unit;
    const part = (length: number, start: string): string => {
      const own = into.map(() => `part${names++}`);
      return `${own.map((name) => `let ${name} = 0;`).join('\n')}
        ${level(length, start, own)}
        ${own.map((name, i) => `${into[i]} = ${into[i]} + ${name};`).join('\n')}`;
    };
    const start = `start${names++}`;
    return `for (let ${t} = 0; ${t} < ${whole}; ${t}++) {
        const ${start} = ${from === '' ? '' : `${from} + `}${t} * ${unit};
        ${part(unit, start)}
      }
      ${rest === 0 ? '' : part(rest, `${from === '' ? '' : `${from} + `}${whole * unit}`)}`;
  };
  return level(n, '', totals);
}
