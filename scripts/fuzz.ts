/**
 * `pnpm fuzz [--cases N] [--seed S] [--only op,op]`: random programs on all sides that must agree.
 *
 * Each case is a call of the library on random tensors, with random options, differentiated up to twice. It
 * runs on `reference()` (in its own dtypes, and in float64), on both builds of `wasm()`, compiled, and on two
 * threads. Compiled and on two threads it must give the same bits as without; the others must agree with
 * `reference()`: errors, shapes, dtypes, integers and truth values exactly, floats as `compare.ts` says.
 * A case that does not is shrunk and printed as a program, and the exit status is 1.
 */
import { parseArgs } from 'node:util';
import { Draw, seedOf, shrink } from './fuzz/draw.ts';
import { snippet } from './fuzz/print.ts';
import { simplified, type Program } from './fuzz/program.ts';
import { drawn, gaps, rows } from './fuzz/rows.ts';
import { disagreement, startThreads, type Disagreement } from './fuzz/sides.ts';

function usage(message: string): never {
  console.error(`fuzz: ${message}`);
  process.exit(2);
}

const { values } = (() => {
  try {
    return parseArgs({
      options: {
        cases: { type: 'string', default: '20000' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: '' },
      },
    });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
})();
const wholeNumber = (name: 'cases' | 'seed', least: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least && value < 2 ** 32) return value;
  return usage(`--${name} must be a whole number from ${least} to 2^32 - 1, got ${values[name]}.`);
};
const cases = wholeNumber('cases', 1);
const seed = wholeNumber('seed', 0);

/** The rows that the command line asks for: `relu`, `Tensor.relu`, `LSTM`. */
function chosen(): readonly string[] {
  const wanted = values.only.split(',').filter(Boolean);
  if (wanted.length === 0) return [...rows.keys()];
  return wanted.map((name) => {
    const key = rows.has(name) ? name : `Tensor.${name}`;
    return rows.has(key)
      ? key
      : usage(`no row "${name}"; there are ${[...rows.keys()].join(', ')}.`);
  });
}

const missing = gaps();
if (missing.length > 0) {
  for (const line of missing) console.error(line);
  process.exit(1);
}

const terminal = process.stderr.isTTY;
const clear = (): void => void (terminal && process.stderr.write('\r\u001b[K'));
let shown = 0;

/** How far it is, for people at a terminal, ten times a second. Ctrl-C ends the program as it does any other. */
function progress(done: number): void {
  const now = performance.now();
  if (!terminal || now - shown < 100) return;
  shown = now;
  const seconds = ((now - start) / 1000).toFixed(0);
  clear();
  process.stderr.write(`${done} of ${cases} cases, ${met.size} disagreements, ${seconds} s`);
}

/** How often each kind of disagreement of each row was met. */
const met = new Map<string, number>();
const nameOf = (name: string, { side, kind }: Disagreement): string => `${name}: ${side}: ${kind}`;

function report(name: string, round: number, tape: readonly number[], found: Disagreement): void {
  const kind = nameOf(name, found);
  const fails = (program: Program): boolean => {
    const now = disagreement(program);
    return now !== null && nameOf(name, now) === kind;
  };
  const deadline = performance.now() + 4000;
  const again = (candidate: readonly number[]): boolean => fails(drawn(name, new Draw(candidate)));
  const least = shrink(tape, again, { most: 400, deadline });
  const program = simplified(drawn(name, new Draw(least)), fails, deadline + 2000);
  const { side, detail } = disagreement(program) ?? found;
  clear();
  const command = `pnpm fuzz --only ${name} --seed ${seed} --cases ${round + 1}`;
  console.log(`\n✗ ${kind}: ${detail} (${command})\n\n${snippet(program, side)}\n`);
}

await startThreads();
const list = chosen();
const start = performance.now();
for (let i = 0; i < cases; i++) {
  const name = list[i % list.length]!;
  const round = Math.floor(i / list.length);
  const d = new Draw(seedOf(seedOf(seed, name), String(round)));
  const found = disagreement(drawn(name, d));
  if (found !== null) {
    const kind = nameOf(name, found);
    const before = met.get(kind) ?? 0;
    met.set(kind, before + 1);
    if (before === 0) report(name, round, d.tape, found);
  }
  if (i % 16 === 0) {
    // Lets the garbage collector's callbacks run, which free what plans held.
    await new Promise((resume) => setImmediate(resume));
    progress(i);
  }
}
clear();
const seconds = ((performance.now() - start) / 1000).toFixed(1);
if (met.size > 0) {
  for (const [kind, count] of met) console.log(`${String(count).padStart(6)} × ${kind}`);
  console.log(
    `\n${met.size} kinds of disagreement in ${cases} cases of seed ${seed} after ${seconds} s.`,
  );
} else console.log(`${cases} cases of seed ${seed} agree after ${seconds} s.`);
process.exit(met.size > 0 ? 1 : 0);
