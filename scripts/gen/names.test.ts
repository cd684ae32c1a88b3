import { describe, expect, it } from 'vitest';
import { fill, namesOf } from './names.ts';

describe('namesOf', () => {
  it('reads every spelling as the same name', () => {
    const names = {
      kebab: 'log-sigmoid',
      camel: 'logSigmoid',
      Pascal: 'LogSigmoid',
      title: 'Log sigmoid',
    };
    expect(namesOf('log-sigmoid')).toEqual(names);
    expect(namesOf('logSigmoid')).toEqual(names);
    expect(namesOf('LogSigmoid')).toEqual(names);
  });

  it('keeps digits and abbreviations together', () => {
    expect(namesOf('BatchNorm1d')?.kebab).toBe('batch-norm1d');
    expect(namesOf('RMSNorm')?.kebab).toBe('rms-norm');
  });

  it('refuses what is no name', () => {
    for (const text of ['', '1x', 'a b', '../x', 'a--b', 'é', '-a', 'a_b']) {
      expect(namesOf(text)).toBeUndefined();
    }
  });
});

describe('fill', () => {
  it('fills the four spellings and leaves other braces alone', () => {
    const names = namesOf('soft-sign');
    if (names === undefined) throw new Error('soft-sign is a name');
    expect(fill('{{kebab}} {{camel}} {{Pascal}} {{title}} {{other}}', names)).toBe(
      'soft-sign softSign SoftSign Soft sign {{other}}',
    );
  });
});
