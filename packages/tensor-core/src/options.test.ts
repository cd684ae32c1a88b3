import {
  bernoulli,
  Generator,
  ones,
  optionsOf,
  randn,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';

/** What is thrown for options that TypeScript would not let through. */
function refused(options: unknown, names: readonly string[] = ['p', 'training']): string {
  try {
    optionsOf('dropout', options as Record<string, unknown>, names);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as TypeError).message;
  }
  return 'taken';
}

describe('optionsOf', () => {
  it('gives the options back, and none for undefined', () => {
    const options = { p: 0.5 };
    expect(optionsOf('dropout', options, ['p'])).toBe(options);
    expect(optionsOf<{ readonly p?: number }, ['p']>('dropout', undefined, ['p'])).toEqual({});
  });

  it('takes frozen objects, those without a prototype, and instances of classes with one of the options', () => {
    class Settings {
      readonly p = 0.5;
    }
    class Computed {
      get p(): number {
        return 0.5;
      }
    }
    const bare: unknown = Object.assign(Object.create(null), { p: 0.5 });
    const inherited: unknown = Object.create({ p: 0.5 });
    for (const options of [
      {},
      Object.create(null),
      Object.freeze({ p: 0.5 }),
      bare,
      inherited,
      new Settings(),
      new Computed(),
      { p: undefined },
    ])
      expect(refused(options)).toBe('taken');
  });

  it('says what it has for a name that is none of them, inherited ones too', () => {
    const message = 'dropout: there is no option "color". It has p, training.';
    expect(refused({ color: 1 })).toBe(message);
    expect(refused({ p: 0.5, color: undefined })).toBe(message);
    expect(refused(Object.create({ color: 1 }))).toBe(message);
    expect(refused({ toString: 1 })).toBe(
      'dropout: there is no option "toString". It has p, training.',
    );
  });

  it.each([
    ['batch_size', 'batchSize'],
    ['BatchSize', 'batchSize'],
    ['batchSise', 'batchSize'],
    ['batch', 'batchSize'],
    ['learningRate', 'lr'],
    ['learning_rate', 'lr'],
    ['keepdims', 'keepdim'],
    ['keep_dim', 'keepdim'],
    ['axis', 'dim'],
    ['weight_decay', 'weightDecay'],
    ['shuffled', 'shuffle'],
  ])('answers %s with %s', (given, meant) => {
    const names = ['shuffle', 'batchSize', 'lr', 'keepdim', 'dim', 'weightDecay'];
    expect(refused({ [given]: 1 }, names)).toContain(`"${given}"; did you mean ${meant}? It has`);
  });

  it('says what the object would look like for what is none', () => {
    const got = (value: unknown, names: readonly string[]): string =>
      refused(value, names).slice('dropout: options must be an object such as '.length);
    const names = ['lr', 'bias', 'dtype', 'generator'];
    expect(refused(false, names)).toBe(
      'dropout: options must be an object such as { bias: false }, got false.',
    );
    expect(got(0.1, names)).toBe('{ lr: 0.1 }, got 0.1.');
    expect(got('int32', names)).toBe("{ dtype: 'int32' }, got 'int32'.");
    expect(got(null, names)).toBe('{ lr: … }, got null.');
    expect(got([1], names)).toBe('{ lr: … }, got an array.');
    expect(got(() => 1, names)).toBe('{ lr: … }, got a function.');
    expect(got(new Generator(1), names)).toBe('{ generator: … }, got Generator.');
    expect(got(tensor([1]), ['weight', 'dtype'])).toBe('{ weight: … }, got Tensor.');
  });
});

describe('functions with options', () => {
  // What JavaScript would pass.
  const any = (value: unknown): object => value as object;

  it('name themselves, and what was probably meant', () => {
    expect(() => tensor([1], any('int32'))).toThrow(
      "tensor: options must be an object such as { dtype: 'int32' }, got 'int32'.",
    );
    expect(() => zeros([1], any({ device: 'gpu' }))).toThrow(
      'zeros: there is no option "device"; did you mean backend?',
    );
    expect(() => uniform([1], any({ min: 0 }))).toThrow('"min"; did you mean low?');
    expect(() => randn([1], any(new Generator(1)))).toThrow('{ generator: … }, got Generator.');
    expect(() => ones([1]).sum(0, any({ keepdims: true }))).toThrow(
      'sum: there is no option "keepdims"; did you mean keepdim? It has keepdim.',
    );
    expect(() => ones([1]).sum(0, any(true))).toThrow('such as { keepdim: true }, got true.');
    expect(() => ones([2]).variance(0, any({ ddof: 0 }))).toThrow('did you mean correction?');
  });

  it('refuse objects where numbers or dims are wanted', () => {
    const x = ones([2, 2]);
    const one = (value: unknown): number => value as number;
    expect(() => x.clamp(one({ min: 0 }))).toThrow('clamp: min must be a number, got an object.');
    expect(() => x.leakyRelu(one('0.1'))).toThrow("leakyRelu: slope must be a number, got '0.1'.");
    expect(() => x.gelu(any({ approximate: 'tanh' }) as unknown as 'tanh')).toThrow(
      "gelu: approximate is 'none' or 'tanh', got an object.",
    );
    expect(() => x.sum(one({ keepdim: true }))).toThrow(
      'sum: dims must be a number or an array, got an object. Options come behind them: (undefined, { … }).',
    );
  });

  it('take undefined for what is not given', () => {
    const like = tensor([1], { dtype: 'float64' });
    const options = { dtype: undefined, generator: undefined } as object;
    expect(randn([1], options).dtype).toBe('float32');
    expect(like.sum(0, { keepdim: undefined } as object).shape).toEqual([]);
    const dtype = { dtype: undefined } as object;
    expect(zerosLike(like, dtype).dtype).toBe('float64');
    expect(bernoulli(like, dtype).dtype).toBe('float64');
  });
});
