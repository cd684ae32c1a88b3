import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { encode } from 'fast-png';
import writeFileAtomic from 'write-file-atomic';
import { jsonResult } from '../cli/json.ts';
import { chartDrawing } from '../drawings/chart.ts';
import { svgDocument } from '../drawings/document.ts';
import { drawingOf } from '../drawings/figure.ts';
import type { RunRecord } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import { seriesCsv, tableCsv } from './csv.ts';
import { fileName } from './file-name.ts';

/**
 * Makes sure, before anything runs, that files can be written to a folder.
 *
 * @throws UsageError saying which folder and why not
 */
export function prepareFolder(folder: string): void {
  if (folder === '')
    throw new UsageError("demo: --out must name a folder, got ''; '.' is this one.");
  try {
    makeFolder(resolve(folder));
    accessSync(`${folder}/.`, constants.W_OK); // join would drop the dot, which a file does not have
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

// One level at a time: Node's recursive mkdir does not return where a parent refuses with ENOENT, as
// /proc does.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Contents by paths. */
export type OutputFiles = ReadonlyMap<string, string | Uint8Array>;

/**
 * What a run left, as files in a folder: each chart and table as CSV, each picture as PNG, each chart and other figure
 * as SVG, the result as JSON.
 */
export async function outputFiles(folder: string, record: RunRecord): Promise<OutputFiles> {
  const { exercise, variant } = record;
  const path = (extension: string, ...names: string[]): string =>
    join(folder, fileName(extension, exercise.id, variant, ...names));
  const files = new Map<string, string | Uint8Array>();

  for (const [name, chart] of Object.entries(exercise.charts)) {
    const series = record.series.filter((one) => one.chart === name);
    if (series.length === 0) continue;
    files.set(path('csv', name), seriesCsv(series, chart.x));
    files.set(
      path('svg', name),
      svgDocument(`${exercise.title.en}: ${name}`, chartDrawing(chart, series)),
    );
  }
  for (const figure of record.figures) {
    const { name } = figure;
    if (figure.type === 'table') files.set(path('csv', name), tableCsv(figure));
    else if (figure.type === 'picture') {
      const { width, height, pixels } = figure;
      const channels = pixels.length / (width * height);
      files.set(path('png', name), encode({ width, height, data: pixels, channels, depth: 8 }));
    } else {
      files.set(path('svg', name), svgDocument(`${exercise.title.en}: ${name}`, drawingOf(figure)));
    }
  }
  files.set(path('json', 'result'), `${JSON.stringify(jsonResult(record), null, 2)}\n`);

  return files;
}

/** Writes files. Each is written beside its place and renamed into it, so that none is ever half there. */
export async function writeFiles(folder: string, files: OutputFiles): Promise<void> {
  try {
    for (const [file, content] of files) {
      // A Buffer over the same bytes: the writer knows no other kind of byte array.
      await writeFileAtomic(file, typeof content === 'string' ? content : Buffer.from(content));
    }
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

function cannotWrite(folder: string, error: unknown): UsageError {
  // Errors of node:fs carry a code; anything else is told by its own message.
  const reason = error instanceof Error ? ('code' in error ? error.code : error.message) : error;
  return new UsageError(
    `demo: --out must name a folder that can be written to, and '${folder}' cannot (${reason}).`,
    { cause: error },
  );
}
