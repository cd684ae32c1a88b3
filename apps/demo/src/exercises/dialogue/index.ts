/**
 * Three models reply to the same dialogues: seq2seq, HRED and VHRED.
 *
 *     seq2seq   reply = decode(encode(last utterance))
 *     HRED      s = GRU(s, encode(utterance)) for each utterance,   reply = decode(s)
 *     VHRED     z ~ N(μ(s), σ²(s)),                                 reply = decode(s, z)
 *
 * In the dialogues, which are generated, two tell each other something, and then one asks: for what was told, where the right reply
 * stands in an earlier utterance, or what to do, where "i do not know" is the commonest of nine replies. seq2seq has not heard what was
 * told and can but guess. HRED has; asked what to do, it says the commonest, again and again. VHRED first draws what to say, and says
 * something else each time. How much z tells of a reply is the divergence KL(posterior ‖ prior): at 0, z is ignored.
 */
import { distinctN } from '@kasane/seq2seq/metrics';
import { Generator } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { mean } from '../../statistics.ts';
import { UsageError } from '../../usage-error.ts';
import { checksOf } from './checks.ts';
import { conversations, DULL, VOCABULARY } from './conversations.ts';
import { hred, seq2seq, vhred } from './network.ts';
import type { Speaker } from './network.ts';
import { ALIKE, judge, TEMPERATURE } from './judging.ts';
import type { Judged } from './judging.ts';
import { contextsOf, differenceOf, namesHeatmap } from './histories.ts';
import { padded, repliesOf } from './replies.ts';
import type { History } from './replies.ts';
import { training } from './training.ts';
import type { Settings } from './training.ts';

const HELD_OUT = 300; // dialogues
const READ_EVERY = 10; // steps

/** Trains a speaker, and draws -log p of the replies' words and the divergence. */
async function* train(
  speaker: Speaker,
  dialogues: Tensor,
  settings: Settings,
  generator: Generator,
  done: number,
): AsyncPart<'loss' | 'divergence', number> {
  const { name, model } = speaker;
  const [losses, divergences] = [new Losses(), new Losses()];
  model.train();
  let [i, last] = [0, 0];
  for (const [perWord, kl] of training(speaker, dialogues, settings, generator)) {
    losses.push(perWord!);
    if (kl !== undefined) divergences.push(kl);
    i++;
    const progress = { type: 'progress', step: done + i, total: 3 * settings.steps } as const;
    if (i % READ_EVERY > 0) {
      yield progress;
      continue;
    }
    const y = mean(await losses.read());
    yield { ...progress, loss: y };
    yield { type: 'series', chart: 'loss', name, x: i, y };
    const found = await divergences.read();
    if (found.length === 0) continue;
    last = mean(found);
    yield { type: 'series', chart: 'divergence', name: 'KL(posterior ‖ prior)', x: i, y: last };
    const weight = Math.min(1, i / settings.annealing);
    yield { type: 'series', chart: 'divergence', name: 'weight of it', x: i, y: weight };
  }
  return last;
}

export const dialogue: Exercise = defineExercise({
  id: 'dialogue',
  title: { en: 'Replies to a dialogue', ja: '対話の応答（seq2seq・HRED・VHRED）' },
  summary: 'Lets seq2seq, HRED and VHRED reply to the same dialogues.',
  rows: [65, 66, 67, 68, 69, 70],
  parameters: {
    embedding: { type: 'integer', default: 16, min: 1, max: 512, description: "numbers of a word's vector" },
    units: { type: 'integer', default: 64, quick: 48, min: 1, max: 512, description: 'units of encoder, context and decoder' },
    latent: { type: 'integer', default: 8, min: 1, max: 256, description: 'numbers of z' },
    dialogues: { type: 'integer', default: 10_000, quick: 4000, min: 100, max: 100_000, description: 'dialogues to learn from' },
    lr: { type: 'number', default: 0.015, min: 1e-6, max: 1, description: 'learning rate of Adam' },
    batch: { type: 'integer', default: 32, min: 1, max: 1000, description: 'dialogues in a step' },
    steps: { type: 'integer', default: 1500, quick: 850, min: 1, max: 100_000, description: 'steps of each model' },
    annealing: { type: 'integer', default: 600, quick: 300, min: 1, max: 100_000, description: 'steps until the divergence counts in full' },
  }, // prettier-ignore
  charts: {
    loss: { x: 'step', y: '−log p of a word' },
    divergence: { x: 'step', y: 'KL of a reply, and its weight' },
  },
  async *run({ parameters, seed }) {
    const { dialogues: count, embedding, units, latent, ...settings } = parameters;
    const generator = new Generator(seed);
    const learnt = conversations(count, generator);
    const held = conversations(HELD_OUT, generator);
    const tensorOf = padded(learnt.map(({ history, reply }) => [...history, reply]));
    const sizes = { embedding, units, latent };
    const heard = hred(sizes, generator);
    const speakers: Speaker[] = [seq2seq(sizes, generator), heard, vhred(sizes, generator)];
    let divergence = 0;
    for (const [i, speaker] of speakers.entries()) {
      divergence = yield* train(speaker, tensorOf, settings, generator, i * settings.steps);
    }
    tensorOf.dispose();

    const judged: Judged[] = [];
    for (const speaker of speakers) judged.push(await judge(speaker, held, generator));
    yield {
      type: 'table',
      name: 'replies to held-out dialogues',
      columns: ['model', 'right about what was told', 'distinct-1', 'distinct-2'],
      rows: judged.map(({ name, right, distinct }) => [name, right, ...distinct]),
    };
    yield {
      type: 'table',
      name: `${ALIKE} replies to each who asks what to do, of the likeliest words, or of words drawn at temperature ${TEMPERATURE}`,
      columns: ['model', 'distinct-2', 'distinct-2, drawn', `"${DULL}"`, `"${DULL}", drawn`],
      rows: judged.map(({ name, alike, dull }) => [name, ...alike, ...dull]),
    };
    const shown = [true, true, false, false].map(
      (about, i) => held.filter(({ needsHistory }) => needsHistory === about)[i]!,
    );
    const answers: string[][] = [];
    for (const speaker of speakers) {
      const talking = { temperature: TEMPERATURE, generator };
      answers.push(await repliesOf(speaker, shown.map(({ history }) => history), talking)); // prettier-ignore
    }
    yield {
      type: 'table',
      name: 'the same dialogues, three models',
      columns: ['dialogue', ...speakers.map(({ name }) => name)],
      rows: shown.map(({ history }, i) => [
        history.join(' — '),
        ...answers.map((given) => given[i]!),
      ]),
    };
    yield await namesHeatmap(heard, generator);
    const truth = held.map(({ reply }) => reply);
    const checks = checksOf({
      judged,
      divergence,
      told: await differenceOf(heard, generator),
      unheard: await differenceOf(speakers[0]!, generator),
      contexts: await contextsOf(heard.model, ['i am ken', 'i have a dog', 'who am i']),
      truth: distinctN(truth, 2),
    });
    return { checks, trained: speakers };
  },
  tries: {
    talk: {
      title: { en: 'Talk to the three models', ja: '三つのモデルと話す' },
      parameters: {
        say: { type: 'text', default: 'i am ken / i have a dog / who am i', maxLength: 500, description: 'what was said, utterances separated by /' },
        to: { type: 'choice', options: ['all', 'seq2seq', 'HRED', 'VHRED'], default: 'all', description: 'who replies' },
        replies: { type: 'integer', default: 3, min: 1, max: 20, description: 'replies of each' },
        temperature: { type: 'number', default: 0.5, min: 0, max: 2, description: '0 for the likeliest words, 1 for words as likely as they are' },
        draw: { type: 'integer', default: 1, min: 0, max: 1e9, description: 'seed of what is drawn' },
      }, // prettier-ignore
      async *run(speakers, { say, to, replies, temperature, draw }) {
        const plain = say.toLowerCase().replaceAll(/[.,!?]/g, ' ');
        const history = plain.split('/').map((said) => said.trim().replaceAll(/\s+/g, ' '));
        if (history.includes('')) throw new UsageError(`'${say}' has an utterance without words`);
        const unknown = history
          .flatMap((said) => said.split(' '))
          .find((word) => !VOCABULARY.includes(word));
        if (unknown !== undefined) {
          throw new UsageError(
            `'${unknown}' is none of the words: ${VOCABULARY.slice(3).join(' ')}`,
          );
        }
        const asked = speakers.filter(({ name }) => to === 'all' || name === to);
        const generator = new Generator(draw);
        const rows: string[][] = [];
        for (const speaker of asked) {
          const same = Array<History>(replies).fill(history);
          rows.push([
            speaker.name,
            ...(await repliesOf(speaker, same, { temperature, generator })),
          ]);
        }
        yield {
          type: 'table',
          name: history.join(' — '),
          columns: ['model', ...Array.from({ length: replies }, (_, i) => `reply ${i + 1}`)],
          rows,
        };
      },
    },
  },
});
