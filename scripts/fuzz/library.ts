/** All that the packages export, by name: where programs find what they call. */
import * as autograd from '@kasane/autograd';
import * as cnn from '@kasane/layers-cnn';
import * as rnn from '@kasane/layers-rnn';
import * as nn from '@kasane/nn';
import * as attention from '@kasane/nn/attention';
import * as optim from '@kasane/optim';
import * as core from '@kasane/tensor-core';

/** The entries that are tried, by what they are imported as. */
export const entries: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@kasane/tensor-core': core,
  '@kasane/autograd': autograd,
  '@kasane/nn': nn,
  '@kasane/nn/attention': attention,
  '@kasane/optim': optim,
  '@kasane/layers-cnn': cnn,
  '@kasane/layers-rnn': rnn,
};

/** The entry that has a name. */
export function entryOf(name: string): string {
  const found = Object.entries(entries).find(([, exported]) => Object.hasOwn(exported, name));
  if (found === undefined) throw new Error(`internal: no entry exports ${name}`);
  return found[0];
}

/** What an entry exports under a name. */
export function exported(name: string): unknown {
  return entries[entryOf(name)]![name];
}
