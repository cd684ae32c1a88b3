import { groupColour } from '../../drawings/colours.ts';
import type { Thumbnail } from './recorded.ts';

const [WIDTH, HEIGHT] = [230, 104];
const [LEFT, TOP] = [12, 10];
const x = (part: number): number => LEFT + (part / 100) * (WIDTH - 2 * LEFT);
const y = (part: number): number => TOP + (part / 100) * (HEIGHT - 2 * TOP);

/** Pairs of a flat list as places. */
const places = (points: readonly number[]): [number, number][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [x(points[2 * i]!), y(points[2 * i + 1]!)]);

function Cells({ columns, cells }: { columns: number; cells: string }) {
  const rows = cells.length / columns;
  const side = Math.min((WIDTH - 2 * LEFT) / columns, (HEIGHT - 2 * TOP) / rows);
  const [wide, high] = [Math.min(side * 2, (WIDTH - 2 * LEFT) / columns), side];
  const [left, top] = [(WIDTH - wide * columns) / 2, (HEIGHT - high * rows) / 2];
  const shades = new Map<string, string>();
  for (const [i, shade] of [...cells].entries()) {
    const at = `M${(left + (i % columns) * wide).toFixed(1)} ${(top + Math.floor(i / columns) * high).toFixed(1)}`;
    const box = `${at}h${(wide - 0.7).toFixed(1)}v${(high - 0.7).toFixed(1)}h${(0.7 - wide).toFixed(1)}z`;
    shades.set(shade, (shades.get(shade) ?? '') + box);
  }
  return (
    <>
      {[...shades].map(([shade, path]) => {
        const level = Number.parseInt(shade, 32);
        const below = level > 15;
        return (
          <path
            key={shade}
            d={path}
            fill={`var(--${below ? 'vermilion' : 'indigo'})`}
            fill-opacity={(0.07 + (0.93 * (level % 16)) / 15).toFixed(2)}
          />
        );
      })}
    </>
  );
}

/** The small picture of an exercise, which says nothing that its name does not. */
export function ThumbnailView({ thumbnail }: { thumbnail: Thumbnail | null | undefined }) {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" preserveAspectRatio="xMidYMid meet">
      {thumbnail != null && 'cells' in thumbnail && <Cells {...thumbnail} />}
      {thumbnail != null &&
        'lines' in thumbnail &&
        thumbnail.lines?.map((line, n) => (
          <polyline
            key={n}
            points={places(line)
              .map((place) => place.map((at) => at.toFixed(1)).join(','))
              .join(' ')}
            fill="none"
            stroke={groupColour('dots' in thumbnail ? n + thumbnail.dots.length : n)}
            stroke-width="1.8"
            stroke-linejoin="round"
          />
        ))}
      {thumbnail != null &&
        'dots' in thumbnail &&
        thumbnail.dots.map((dots, n) => (
          <g key={n} fill={groupColour(n)} fill-opacity="0.75">
            {places(dots).map(([cx, cy], i) => (
              <circle key={i} cx={cx.toFixed(1)} cy={cy.toFixed(1)} r="2.6" />
            ))}
          </g>
        ))}
    </svg>
  );
}
