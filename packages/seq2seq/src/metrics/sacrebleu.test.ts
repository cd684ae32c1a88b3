import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BLEU } from './bleu.ts';
import { CHRF } from './chrf.ts';
import { TER } from './ter.ts';
import type { CorpusMetric, References } from './corpus-metric.ts';

interface Corpus {
  readonly hypotheses: readonly string[];
  readonly references: References;
}

interface Case {
  readonly options: object;
  readonly scores: Readonly<
    Record<
      string,
      {
        readonly text: string;
        readonly score: number;
        readonly signature: string;
        readonly sentences: readonly number[] | null;
      }
    >
  >;
}

const file = new URL('../../test/fixtures/metrics.json', import.meta.url);
// What generate-metrics.py writes.
const fixture = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly corpora: Readonly<Record<string, Corpus>>;
} & Readonly<Record<'BLEU' | 'CHRF' | 'TER', readonly Case[]>>;

const kinds = { BLEU, CHRF, TER };

/** Compares what is printed, ten decimals of the score, the signature, and the scores of the sentences. */
function expectSame(metric: CorpusMetric, { scores }: Case): void {
  for (const [name, expected] of Object.entries(scores)) {
    const { hypotheses, references } = fixture.corpora[name]!;
    const score = metric.corpusScore(hypotheses, references);
    const sentences = expected.sentences?.map((_, i) => {
      const own = references.flatMap((set) => set[i] ?? []);
      return metric.sentenceScore(hypotheses[i]!, own).score.toFixed(6);
    });
    expect({
      name,
      text: score.toString(),
      score: score.score.toFixed(10),
      signature: score.signature,
      sentences,
    }).toEqual({
      name,
      text: expected.text,
      score: expected.score.toFixed(10),
      signature: `${expected.signature}|version:kasane-1`,
      sentences: expected.sentences?.map((one) => one.toFixed(6)),
    });
  }
}

for (const [kind, Metric] of Object.entries(kinds)) {
  describe(`${kind} equals sacrebleu's on nasty text`, () => {
    for (const one of fixture[kind as keyof typeof kinds]) {
      // of Object.entries
      it(JSON.stringify(one.options), () => expectSame(new Metric(one.options), one));
    }
  });
}
