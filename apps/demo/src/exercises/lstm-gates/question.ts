/**
 * Which gate acts on a word that what follows does not depend on? Trained cells are asked how much of "very" is left in them when the
 * sentence ends: less than half, unless their forget gates are held open, whatever their other gates do.
 */
import { Generator } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { HeatmapEvent, TokensEvent } from '../../events/event.ts';
import type { AsyncPart } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { mean, median, sum } from '../../statistics.ts';
import { NEEDS, Speaker, speaking, STATES, STEPS, trace, VERY, VOCABULARY } from './sentence.ts';
import type { Gate, State } from './sentence.ts';

const LOG_EVERY = 20; // steps of each point of the curve
export const GATES = ['input', 'forget', 'output'] as const;
const NETWORKS = 3; // so that a median means something
const BEFORE = ['the', 'film', 'was', 'good', '.', 'i', 'am'];
const PLACE = BEFORE.length; // of "very"

/** The sentence of the question, with "very" or without, up to the word that tells what I need. */
export const sentenceOf = (state: State, very: boolean): string[] => [
  ...BEFORE,
  ...(very ? [VERY] : []),
  ...[state, 'so', 'let', 'us'],
];

/** A speaker that has learned its sentences, one of several. */
async function* trainSpeaker(seed: number, index: number): AsyncPart<'sentence', Speaker> {
  const generator = new Generator(seed).fork(`sentence ${index}`);
  const speaker = new Speaker(generator);
  const losses = new Losses();
  let step = 0;
  for (const loss of speaking(speaker, generator)) {
    losses.push(loss);
    if (++step % LOG_EVERY > 0) continue;
    const y = mean(await losses.read());
    yield { type: 'series', chart: 'sentence', name: `LSTM ${index + 1}`, x: step, y };
    yield { type: 'progress', step: index * STEPS + step, total: NETWORKS * STEPS, loss: y };
  }
  return speaker;
}

const between = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, i) => value - other[i]!));

/**
 * How much of what "very" wrote into the cell is there when the sentence ends, the mean over the states; as the cell is, or with the
 * gates of one kind held open from that word on, so that they cannot act:
 *
 *     |c − c'| at the end / |c − c'| after "very", where c' is the cell of the sentence without it
 */
export async function left(speaker: Speaker, held?: Gate): Promise<number> {
  const open = held === undefined ? undefined : { gate: held, from: PLACE };
  const shares: number[] = [];
  for (const state of STATES) {
    const { cells: c } = await trace(speaker, sentenceOf(state, true), open);
    const { cells: other } = await trace(speaker, sentenceOf(state, false), open);
    shares.push(between(c.at(-1)!, other.at(-1)!) / between(c[PLACE]!, other[PLACE - 1]!));
  }
  return mean(shares);
}

/** What "very" changes of the probabilities of the word after the sentence, and the probability that the right one has; the worst of the states. */
async function answering(speaker: Speaker): Promise<{ changed: number; told: number }> {
  let [changed, told] = [0, 1];
  for (const state of STATES) {
    const { answer } = await trace(speaker, sentenceOf(state, true));
    const { answer: other } = await trace(speaker, sentenceOf(state, false));
    changed = Math.max(changed, sum(answer.map((p, i) => Math.abs(p - other[i]!))) / 2);
    told = Math.min(told, answer[VOCABULARY.indexOf(NEEDS[state])]!);
  }
  return { changed, told };
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

/** Trains speakers, lets one read the sentence, and asks all the question; gives the one. */
export async function* readSentence(
  seed: number,
): AsyncPart<'sentence', readonly [Speaker, Check[]]> {
  const speakers: Speaker[] = [];
  for (let i = 0; i < NETWORKS; i++) speakers.push(yield* trainSpeaker(seed, i));
  const [first] = speakers as [Speaker, ...Speaker[]]; // there are three
  const words = sentenceOf('hungry', true);
  yield await gatesOf(first, words);
  const { gates } = await trace(first, words);
  const values = GATES.flatMap((gate) => gates[gate].flat());

  const answers = await Promise.all(speakers.map(answering));
  const asTrained = await Promise.all(speakers.map((speaker) => left(speaker)));
  const held = await Promise.all(
    GATES.map((gate) => Promise.all(speakers.map((speaker) => left(speaker, gate)))),
  ); // gates × networks
  yield {
    type: 'table',
    name: 'what is left in the cell at the end, of what "very" wrote into it',
    columns: ['network', 'as trained', ...GATES.map((gate) => `${gate} gates held open`)],
    rows: speakers.map((_, i) => [i + 1, asTrained[i]!, ...held.map((shares) => shares[i]!)]),
  };
  const without = held.map(median);
  const acting = GATES[without.indexOf(Math.max(...without))]!;
  const told = median(answers.map((one) => one.told));
  const changed = median(answers.map((one) => one.changed));
  return [
    first,
    [
      check(40, 'trained: smallest gate in the sentence', Math.min(...values)).above(0),
      check(40, 'trained: largest gate in the sentence', Math.max(...values)).below(1),
      check(42, 'trained: probability of what the hungry, thirsty or tired need', told).above(0.9),
      check(42, 'trained: what "very" changes of that word', changed).below(0.05),
      check(42, 'trained: share of "very" that is left in the cell', median(asTrained)).below(0.6),
      check(42, 'trained: the gate without which most of it would be left', acting).equals('forget'),
    ],
  ]; // prettier-ignore
}
