import { describe, expect, it } from 'vitest';
import { addOp, fileOfMethod, methodSources } from './edits.ts';
import { namesOf, type Names } from './names.ts';

const folder = 'packages/tensor-core/src/tensor';

function named(name: string): Names {
  const names = namesOf(name);
  if (names === undefined) throw new Error(`${name} is a name`);
  return names;
}

describe('addOp', () => {
  const empty = `import { applyUnary } from './apply.ts';

export class Functions extends TensorBase {
}
`;

  it('adds the import in the order of files, and the method at the end of the class', () => {
    const first = addOp(empty, named('trial-cube'));
    expect(addOp(first, named('trial-a'))).toBe(`import { trialA } from '../ops/trial-a.ts';
import { trialCube } from '../ops/trial-cube.ts';
import { applyUnary } from './apply.ts';

export class Functions extends TensorBase {
  /** the cube of each element */
  trialCube(): Tensor {
    return applyUnary(trialCube, this);
  }
  /** the cube of each element */
  trialA(): Tensor {
    return applyUnary(trialA, this);
  }
}
`);
  });

  it.each(['exp', 'index-add', 'cast', 'item', 'shape', 'backend'])(
    'refuses %s, which some class of Tensor has',
    (name) => {
      expect(() => addOp(empty, named(name))).toThrow(/Tensor already has a member/);
    },
  );

  it('finds room for a hundred more ops, beside the functions of one element at first', () => {
    const texts = new Map(methodSources().map(({ file, text }) => [file, text]));
    for (let i = 0; i < 100; i++) {
      const sources = [...texts].map(([file, text]) => ({ file, text }));
      const file = fileOfMethod(sources);
      if (i === 0) expect(file).toBe(`${folder}/functions.ts`);
      texts.set(file, addOp(texts.get(file)!, named(`trial-number-${i}`), sources));
    }
    for (const text of texts.values()) expect(text.split('\n').length - 1).toBeLessThanOrEqual(400);
  });
});
