import type { HeatmapEvent } from '../events/event.ts';

/** How often each class was given each answer, as a share of the pictures of that class. */
export function confusion(
  name: string,
  { labels, classes }: { labels: ArrayLike<number>; classes: readonly string[] },
  answers: ArrayLike<number>,
): HeatmapEvent {
  const counts = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![answers[i]!]!++;
  const values = counts.map((row) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (all === 0 ? 0 : count / all));
  });
  return {
    type: 'heatmap',
    name,
    rows: classes,
    columns: classes,
    values,
    x: 'answer',
    y: 'class',
    range: [0, 1],
  };
}
