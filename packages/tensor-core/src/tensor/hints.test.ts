import { describe, expect, it } from 'vitest';
import { tensor } from '../index.ts';
import { hints } from './hints.ts';

const names = Object.getOwnPropertyNames(hints);
const isField = (name: string): boolean =>
  Object.getOwnPropertyDescriptor(hints, name)!.get !== undefined;

describe('hints', () => {
  it.each(names)('%s throws one sentence that says what to write', (name) => {
    const x = tensor([1, 2], { requiresGrad: true });
    // The names are those that the types turn into errors.
    const said = x as unknown as Record<string, () => void>;
    const use = isField(name) ? () => said[name] : () => said[name]!();
    expect(use).toThrow(new RegExp(`^${name}: write .*\\.$`));
  });

  it('does not take what is written to a field that the tensor has under another name', () => {
    const x = tensor([1, 2]);
    expect(() => {
      // @ts-expect-error -- 'true' is not assignable to "write x.requiresGrad"
      x.requires_grad = true;
    }).toThrow('requires_grad: write x.requiresGrad.');
  });

  it('is a type error that carries the sentence', () => {
    const loss = tensor(1);
    // @ts-expect-error -- 'Tensor' is not assignable to "write backward(loss), from @kasane/autograd"
    expect(() => loss.backward()).toThrow(
      new TypeError('backward: write backward(loss), from @kasane/autograd.'),
    );
    // @ts-expect-error -- 'Tensor' is not assignable to "write x = x.add(…): no op writes in place"
    expect(() => loss.add_(1)).toThrow('add_: write x = x.add(…): no op writes in place.');
  });

  it('shadows nothing that a tensor has', () => {
    let prototype: object = Object.getPrototypeOf(tensor(1));
    while (prototype !== hints) {
      expect(names.filter((name) => Object.hasOwn(prototype, name))).toEqual([]);
      prototype = Object.getPrototypeOf(prototype);
    }
  });

  it('stands in no list of what a tensor has', () => {
    const x = tensor([1, 2]);
    const listed: string[] = [];
    for (const key in x) listed.push(key);
    expect([...Object.keys(x), ...listed].filter((key) => names.includes(key))).toEqual([]);
  });

  it('leaves comparing, cloning, serialising and awaiting tensors as they were', async () => {
    const x = tensor([1, 2]);
    expect(x).toEqual(x);
    expect({ x }).toStrictEqual({ x });
    expect(JSON.stringify({ ...x })).toContain('"shape":[2]');
    expect(structuredClone(x.toArray())).toEqual([1, 2]);
    expect(await x).toBe(x);
    expect(x).toBeInstanceOf(Object);
  });
});
