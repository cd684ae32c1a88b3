import { linearTicks } from '../../drawings/ticks.ts';
import type { Plane as Range } from '../../exercise.ts';
import { formatNumber } from '../../number-format.ts';
import { rowsIn, withoutLine, withRow } from './rows.ts';
import { ownWords } from './words.ts';

const [WIDTH, HEIGHT] = [440, 260];
const [LEFT, BOTTOM, EDGE] = [44, 26, 10]; // room for numbers, and beyond the outermost points
const NEAR = 8; // how far from its middle a point is met
const MOST = 2000; // points that are drawn

type Pair = readonly [number, number];

/** What is drawn along one axis: what was declared, and all that is there. */
function around([from, to]: Pair, values: readonly number[]): Pair {
  let [low, high] = [from, to];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

interface Given {
  readonly range: Range;
  /** The points as text. */
  readonly text: string;
  readonly change: (to: string) => void;
}

/** A plane to put points on; the text beside it says the same to who cannot point. */
export function Plane({ range, text, change }: Given) {
  const t = ownWords.value;
  const rows = rowsIn(text).slice(0, MOST);
  const x = around(range.x, rows.map((row) => row.x)); // prettier-ignore
  const y = around(range.y, rows.map((row) => row.y)); // prettier-ignore
  const [wide, high] = [WIDTH - LEFT - EDGE, HEIGHT - BOTTOM - EDGE];
  const atX = (value: number): number => LEFT + ((value - x[0]) / (x[1] - x[0])) * wide;
  const atY = (value: number): number => EDGE + high - ((value - y[0]) / (y[1] - y[0])) * high;
  const put = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * WIDTH;
    const py = ((event.clientY - box.top) / box.height) * HEIGHT;
    const met = rows.find((row) => Math.hypot(atX(row.x) - px, atY(row.y) - py) < NEAR);
    if (met !== undefined) return change(withoutLine(text, met.line));
    const within = (share: number, [low, up]: Pair): number =>
      Number((low + Math.min(1, Math.max(0, share)) * (up - low)).toPrecision(3));
    change(withRow(text, within((px - LEFT) / wide, x), within((EDGE + high - py) / high, y)));
  };
  return (
    <div class="plane">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t.planeName(rows.length)}
        onPointerDown={put}
      >
        {linearTicks(x[0], x[1], 5).map((tick) => (
          <g key={`x${tick}`}>
            <line x1={atX(tick)} x2={atX(tick)} y1={EDGE} y2={EDGE + high} />
            <text x={atX(tick)} y={HEIGHT - 8} text-anchor="middle">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {linearTicks(y[0], y[1], 5).map((tick) => (
          <g key={`y${tick}`}>
            <line x1={LEFT} x2={LEFT + wide} y1={atY(tick)} y2={atY(tick)} />
            <text x={LEFT - 6} y={atY(tick) + 4} text-anchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {rows.map((row) => (
          <circle key={row.line} cx={atX(row.x)} cy={atY(row.y)} r="4.5" />
        ))}
      </svg>
      <p class="soft">{t.plane}</p>
    </div>
  );
}
