import { allMet, describeGoal, inUnit, isMet, nativeRatio } from './goal.ts';
import type { Machine } from './machine.ts';
import type { Measurement, PeerResult, StepProfile } from './measure.ts';
import { NATIVE } from './peers/kasane.ts';
import type { Workload } from './workload.ts';

/** A row as `--json` prints it. Times are medians for one step, in `unit`. */
export interface Row {
  readonly id: string;
  readonly unit: Workload['unit'];
  readonly ours: number;
  readonly threads: number;
  /** `ratio`: how many times as fast we are; null with a `reason` where no ratio can be given. */
  readonly peers: readonly PeerResult[];
  readonly goal: string;
  /** Null if the peer that the goal speaks of could not be compared with. */
  readonly met: boolean | null;
  /** Where our time goes, if the goal is missed. */
  readonly profile?: Omit<StepProfile, 'table'>;
}

/** All that `--json` prints. */
export interface Report {
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

/** A measurement as a row of the report. */
export function rowOf(workload: Workload, measured: Measurement): Row {
  const { id, unit, threads, goals } = workload;
  const met = allMet(goals.map((goal) => isMet(goal, unit, measured)));
  return {
    id,
    unit,
    ours: inUnit(measured.ours, unit),
    threads,
    peers: measured.peers.map((peer) => ({
      ...peer,
      value: peer.value === null ? null : inUnit(peer.value, unit),
    })),
    goal: goals.map((goal) => describeGoal(goal, unit)).join(', and '),
    met,
    ...(met === false && measured.profile !== null && { profile: withoutTable(measured.profile) }),
  };
}

function withoutTable(profile: StepProfile): Omit<StepProfile, 'table'> {
  const { steps, milliseconds, outside, ops } = profile;
  return { steps, milliseconds, outside, ops };
}

const HEAD = ['side', 'time', 'we are', 'spread'] as const;

/** A measurement for people: a block with the sides, the goals, and our profile where one is missed. */
export function formatRow(workload: Workload, measured: Measurement): string {
  const { id, title, unit, threads, goals } = workload;
  const { ours, peers } = rowOf(workload, measured);
  const sides: string[][] = [
    [...HEAD],
    [`kasane (${threads} thread${threads === 1 ? '' : 's'})`, `${round(ours)} ${unit}`, '', ''],
    ...peers.map((peer) => {
      const { name, value, ratio, spread, reason = '' } = peer;
      if (value === null || ratio === null || spread === null) return [name, reason, '', ''];
      const native = name === NATIVE ? null : nativeRatio(peer, peers);
      return [
        name,
        `${round(value)} ${unit}`,
        `${round(ratio)}×${native === null ? '' : `, native ${round(native)}×`} as fast`,
        `${round(spread[0])}–${round(spread[1])}×`,
      ];
    }),
  ];
  const answers = { true: 'met', false: 'MISSED', null: 'cannot be judged here' };
  const verdicts = goals.map((goal) => isMet(goal, unit, measured));
  const lines = [
    ...table(sides),
    ...goals.map((goal, g) => `goal: ${describeGoal(goal, unit)}: ${answers[`${verdicts[g]!}`]}`),
  ];
  const { profile } = measured;
  if (profile !== null && verdicts.includes(false)) {
    lines.push(`where the time of ${profile.steps} steps goes, op by op:`);
    lines.push(...profile.table.split('\n').map((line) => `  ${line}`));
  }
  return [`${id}: ${title}`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** Three digits that matter. */
export function round(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function table(rows: readonly (readonly string[])[]): string[] {
  // A reason may be long, so only columns of numbers decide a width.
  const measured = rows.filter((row) => row[3] !== '' || row[2] === '');
  const widths = HEAD.map((_, c) =>
    Math.max(...measured.map((row) => (c > 0 && row[3] === '' ? 0 : row[c]!.length))),
  );
  return rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]!))
      .join('  ')
      .trimEnd(),
  );
}
