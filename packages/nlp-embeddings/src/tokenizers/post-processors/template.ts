import { DataError, optionsOf, shown } from '@kasane/tensor-core';
import { specialEncoding, type Encoding } from '../encoding.ts';
import { Fields, type Json } from '../fields.ts';
import { joined, PostProcessor } from './post-processor.ts';

/** A token of special meaning, by its name in a template; several if `ids` and `tokens` are lists. */
export interface TemplateToken {
  readonly id: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
}

/** A place in a template: one of the texts or a special token, and its type. */
export type TemplatePiece =
  | { readonly sequence: 0 | 1; readonly typeId: number }
  | { readonly token: string; readonly typeId: number };

/** Options of `TemplateProcessing`. */
export interface TemplateProcessingOptions {
  /** For one text, such as `'[CLS] $A [SEP]'`. Default `'$A'`. */
  readonly single?: string | readonly string[] | readonly TemplatePiece[];
  /** For two, such as `'[CLS] $A [SEP] $B:1 [SEP]:1'`. Default `'$A:0 $B:1'`. */
  readonly pair?: string | readonly string[] | readonly TemplatePiece[];
  /** The special tokens in the templates, with their ids. Default none. */
  readonly specialTokens?: readonly (readonly [token: string, id: number] | TemplateToken)[];
}

/**
 * Puts special tokens where templates say: `$A` and `$B` are the texts, everything else is a special token; behind a colon stands the type of
 * its tokens, else 0.
 *
 * @throws {@link DataError} for a special token that is not listed, for other texts than `$A` and `$B`, and for a template of two texts without one of them.
 *
 * @example
 * import { models, postProcessors, preTokenizers, Tokenizer } from '@kasane/nlp-embeddings/tokenizers';
 * const postProcessor = new postProcessors.TemplateProcessing({
 *   single: '<s> $A </s>',
 *   specialTokens: [['<s>', 0], ['</s>', 1]],
 * });
 * const model = new models.WordLevel({ '<s>': 0, '</s>': 1, yes: 2 });
 * const preTokenizer = new preTokenizers.Whitespace();
 * new Tokenizer(model, { preTokenizer, postProcessor }).encode('yes').tokens; // => ["<s>","yes","</s>"]
 */
export class TemplateProcessing extends PostProcessor {
  readonly single: readonly TemplatePiece[];
  readonly pair: readonly TemplatePiece[];
  readonly specialTokens: ReadonlyMap<string, TemplateToken>;

  constructor(options?: TemplateProcessingOptions) {
    super();
    const {
      single = '$A',
      pair = '$A:0 $B:1',
      specialTokens = [],
    } = optionsOf('TemplateProcessing', options, ['single', 'pair', 'specialTokens']);
    this.single = pieces(single);
    this.pair = pieces(pair);
    const named = specialTokens.map((one): [string, TemplateToken] =>
      'id' in one ? [one.id, one] : [one[0], { id: one[0], ids: [one[1]], tokens: [one[0]] }],
    );
    this.specialTokens = new Map(named);
    for (const piece of [...this.single, ...this.pair]) {
      if ('token' in piece && !this.specialTokens.has(piece.token)) {
        throw new DataError(
          `TemplateProcessing: the template has ${JSON.stringify(piece.token)}, which is not among specialTokens: ${[...this.specialTokens.keys()].join(', ') || 'none'}.`,
        );
      }
    }
    for (const sequence of [0, 1]) {
      if (this.pair.some((piece) => 'sequence' in piece && piece.sequence === sequence)) continue;
      throw new DataError(`TemplateProcessing: the template of pairs has no $${'AB'[sequence]}.`);
    }
  }

  addedTokens(isPair: boolean): number {
    return (isPair ? this.pair : this.single).reduce(
      (count, piece) =>
        'token' in piece ? count + this.specialTokens.get(piece.token)!.ids.length : count,
      0,
    );
  }

  process(encodings: readonly Encoding[], addSpecialTokens: boolean): Encoding {
    const template = encodings.length > 1 ? this.pair : this.single;
    return joined(
      template.flatMap((piece) => {
        if ('sequence' in piece) return ofType(encodings[piece.sequence]!, piece.typeId);
        if (!addSpecialTokens) return [];
        const { ids, tokens } = this.specialTokens.get(piece.token)!;
        return specialEncoding(
          tokens.map((token, i) => [token, ids[i]!] as const),
          piece.typeId,
        );
      }),
    );
  }

  override toJSON(): Json {
    const template = (list: readonly TemplatePiece[]): Json =>
      list.map((piece) =>
        'token' in piece
          ? { SpecialToken: { id: piece.token, type_id: piece.typeId } }
          : { Sequence: { id: 'AB'[piece.sequence]!, type_id: piece.typeId } },
      );
    const tokens = [...this.specialTokens].map(([name, { id, ids, tokens: own }]) => [
      name,
      { id, ids, tokens: own },
    ]);
    return {
      type: 'TemplateProcessing',
      single: template(this.single),
      pair: template(this.pair),
      special_tokens: Object.fromEntries(tokens),
    };
  }

  /** As tokenizer.json describes it. @internal */
  static fromFields(fields: Fields): TemplateProcessing {
    const template = (name: string): TemplatePiece[] =>
      fields.array(name).map((one, i) => pieceFrom(one, `${fields.at(name)}[${i}]`));
    const [single, pair] = [template('single'), template('pair')];
    const named = fields.raw('special_tokens') ?? {};
    const specialTokens = Object.entries(named).map(([name, value]) => {
      const token = new Fields(value, `${fields.at('special_tokens')}[${JSON.stringify(name)}]`);
      const ids = token.array('ids').filter((id) => typeof id === 'number');
      const own = { id: token.string('id'), ids, tokens: token.strings('tokens') };
      token.done();
      if (own.id === name && ids.length === own.tokens.length) return own;
      throw new DataError(
        `${token.place}: expected its own name as id, and as many ids as tokens.`,
      );
    });
    return new TemplateProcessing({ single, pair, specialTokens });
  }
}

function ofType(encoding: Encoding, typeId: number): Encoding {
  if (encoding.typeIds.every((one) => one === typeId) && encoding.overflowing.length === 0) {
    return encoding;
  }
  return encoding.with(
    { typeIds: typeId },
    encoding.overflowing.map((one) => ofType(one, typeId)),
  );
}

function pieces(template: string | readonly (string | TemplatePiece)[]): TemplatePiece[] {
  const parts = typeof template === 'string' ? template.split(/\s+/).filter(Boolean) : template;
  return parts.map((part) => (typeof part === 'string' ? piece(part) : part));
}

/** `$A`, `$1` (the first text with type 1), `$B:1`, `[SEP]`, `[SEP]:1`. */
function piece(text: string): TemplatePiece {
  const [, name = '', type] = /^(.*?)(?::(\d+))?$/su.exec(text)!;
  const typeId = Number(type ?? 0);
  if (!name.startsWith('$')) return { token: name, typeId };
  if (/^\$\d+$/.test(name)) return { sequence: 0, typeId: Number(name.slice(1)) };
  const at = ['$A', '$B'].indexOf(name === '$' ? '$A' : name.toUpperCase());
  if (at === 0 || at === 1) return { sequence: at, typeId };
  throw new DataError(
    `TemplateProcessing: there is no text ${shown(text)} in a template, only $A and $B.`,
  );
}

function pieceFrom(value: unknown, place: string): TemplatePiece {
  const fields = new Fields(value, place);
  const isSequence = fields.raw('Sequence') !== undefined;
  const inner = fields.object(isSequence ? 'Sequence' : 'SpecialToken');
  fields.done();
  const typeId = inner.number('type_id');
  const made: TemplatePiece = isSequence
    ? { sequence: inner.word('id', ['A', 'B']) === 'A' ? 0 : 1, typeId }
    : { token: inner.string('id'), typeId };
  inner.done();
  return made;
}
