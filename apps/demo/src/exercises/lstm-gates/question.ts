/** Which gate acts on a word that what follows does not depend on? Asked of a trained cell. */
import { Generator } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { HeatmapEvent, TokensEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { mean } from '../../statistics.ts';
import { Speaker, speaking, STEPS, trace, VERY, VOCABULARY } from './sentence.ts';
import type { Gate } from './sentence.ts';

const LOG_EVERY = 20; // steps of each point of the curve
const GATES = ['input', 'forget', 'output'] as const;
const WITH = ['the', 'film', 'was', 'good', '.', 'i', 'am', VERY, 'hungry', 'so', 'let', 'us'];
const WITHOUT = WITH.filter((word) => word !== VERY);

/** A speaker that has learned its sentences. */
export async function* trainSpeaker(seed: number): AsyncPart<'sentence', Speaker> {
  const generator = new Generator(seed).fork('sentence');
  const speaker = new Speaker(generator);
  const losses = new Losses();
  let step = 0;
  for (const loss of speaking(speaker, generator)) {
    losses.push(loss);
    if (++step % LOG_EVERY > 0) continue;
    const y = mean(await losses.read());
    yield { type: 'series', chart: 'sentence', name: 'LSTM', x: step, y };
    yield { type: 'progress', step, total: STEPS, loss: y };
  }
  return speaker;
}

/**
 * By how much "very" changes the probabilities of the word after the sentence; as the cell is, or with the gates of one
 * kind held open from that word on, so that they cannot act.
 */
export async function influence(speaker: Speaker, held?: Gate): Promise<number> {
  const open = held === undefined ? undefined : { gate: held, from: WITH.indexOf(VERY) };
  const [one, other] = [await trace(speaker, WITH, open), await trace(speaker, WITHOUT, open)];
  return one.answer.reduce((sum, p, i) => sum + Math.abs(p - other.answer[i]!) / 2, 0);
}

/** The gates of each word, the mean over the units. */
export async function gatesOf(speaker: Speaker, words: readonly string[]): Promise<HeatmapEvent> {
  const { gates } = await trace(speaker, words);
  return {
    type: 'heatmap',
    name: 'gates while the sentence is read, mean over the units',
    rows: GATES.map((gate) => `${gate} gate`),
    columns: words,
    values: GATES.map((gate) => gates[gate].map(mean)),
  };
}

/** What may follow a sentence. */
export async function answersTo(speaker: Speaker, words: readonly string[]): Promise<TokensEvent> {
  const { answer } = await trace(speaker, words);
  const order = answer.map((_, word) => word).toSorted((a, b) => answer[b]! - answer[a]!);
  const likely = order.slice(0, 5);
  return {
    type: 'tokens',
    name: 'what may follow',
    tokens: likely.map((word) => VOCABULARY[word]!),
    values: likely.map((word) => answer[word]!),
    range: [0, 1],
  };
}

/** Trains a speaker, lets it read the sentence, and asks it the question. */
export async function* readSentence(
  seed: number,
): AsyncPart<'sentence', readonly [Speaker, Check[]]> {
  const speaker = yield* trainSpeaker(seed);
  yield await gatesOf(speaker, WITH);
  const { gates, answer } = await trace(speaker, WITH);
  const values = GATES.flatMap((gate) => gates[gate].flat());
  const told = answer[VOCABULARY.indexOf('eat')]!;
  const asIs = await influence(speaker);
  const held: Record<string, number> = {};
  for (const gate of GATES) held[gate] = await influence(speaker, gate);
  yield {
    type: 'table',
    name: 'what "very" changes of the word after the sentence',
    columns: ['as trained', ...GATES.map((gate) => `${gate} gate held open`)],
    rows: [[asIs, ...GATES.map((gate) => held[gate]!)]],
  };
  const [acting] = GATES.toSorted((one, other) => held[other]! - held[one]!);
  return [
    speaker,
    [
      check(40, 'trained: smallest gate in the sentence', Math.min(...values)).above(0),
      check(40, 'trained: largest gate in the sentence', Math.max(...values)).below(1),
      check(42, 'trained: probability that the hungry eat', told).above(0.9),
      check(42, 'trained: what "very" changes of that word', asIs).below(0.05),
      check(42, 'trained: the gate without which it would change most', acting!).equals('forget'),
    ],
  ];
}
