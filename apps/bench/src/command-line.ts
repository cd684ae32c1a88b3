import { parseArgs } from 'node:util';

/** What to run and how to show it. */
export interface Options {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly json: boolean;
  readonly markdown?: string | undefined;
  readonly chart?: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** The user asked for something that does not exist; the message says what does. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Kasane side by side with its peers.

  pnpm bench [--only id[,id]] [--rounds n] [--json] [--markdown file] [--chart file]
  pnpm bench --list

  --only     the rows to run; all by default
  --rounds   timed rounds for each side, of which the median counts; 7 by default
  --json     one JSON document on standard output instead of the table
  --markdown writes the results as a table in Markdown as well
  --chart    draws the ratios into an SVG file as well
  --list     the rows there are
`;

/** Reads the arguments; `known` are the ids of all rows. Throws UsageError. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { only, rounds, ...rest } = parse(args);
  const ids = only === undefined ? known : only.split(',').map((id) => id.trim());
  for (const id of ids) {
    if (!known.includes(id)) {
      throw new UsageError(`bench: there is no row '${id}'. There are ${known.join(', ')}.`);
    }
  }
  const count = Number(rounds);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`bench: --rounds must be a whole number from 1, got '${rounds}'.`);
  }
  // In the order of the table, each once.
  return { only: known.filter((id) => ids.includes(id)), rounds: count, ...rest };
}

function parse(args: readonly string[]): {
  only?: string | undefined;
  rounds: string;
  json: boolean;
  markdown?: string | undefined;
  chart?: string | undefined;
  list: boolean;
  help: boolean;
} {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '7' },
        json: { type: 'boolean', default: false },
        markdown: { type: 'string' },
        chart: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`bench: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
