import { describe, expect, it } from 'vitest';
import { parseKernel, readsIn } from './kernel-source.ts';

describe('parseKernel', () => {
  it('takes declarations, assignments, branches, loops and returns apart', () => {
    const { parameters, body } = parseKernel(`function (a, low) {
      // a comment; with a mark
      const i = this.thread.x;
      let total = 0;
      for (let t = 0; t < this.constants.n; t++) {
        if (a[i] <= low || t === 2) { total = total + a[t]; } else if (t > 3) { total = low; } else { }
      }
      return total;
    }`);
    expect(parameters).toEqual(['a', 'low']);
    expect(body.map(({ kind }) => kind)).toEqual(['const', 'let', 'for', 'return']);
    expect(body[2]).toMatchObject({
      name: 't',
      from: '0',
      below: 'this.constants.n',
      body: [{ kind: 'if', test: 'a[i] <= low || t === 2', otherwise: [{ kind: 'if' }] }],
    });
  });

  it('refuses what it does not know', () => {
    expect(() => parseKernel('x => x')).toThrow('internal: no kernel');
    expect(() => parseKernel('function () { call(); }')).toThrow('no statement like call()');
    expect(() => parseKernel('function () { for (;;) { } }')).toThrow('no loop like');
    expect(() => parseKernel('function (a) { if (a > 0) return 1; }')).toThrow('without braces');
  });
});

describe('readsIn', () => {
  it('finds the elements that an expression reads', () => {
    const text = 'a[i + b[2]] * b[(3)] - v.a[4] + ab[1]';
    const found = readsIn(text, ['a', 'b']);
    expect(found.map(({ name, index }) => [name, index])).toEqual([
      ['a', 'i + b[2]'],
      ['b', '(3)'],
    ]);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([
      'a[i + b[2]]',
      'b[(3)]',
    ]);
  });
});
