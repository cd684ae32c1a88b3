import { testOptimizer } from '@kasane/testing';
import { Adam, type AdamOptions } from './adam.ts';

testOptimizer<AdamOptions>({
  name: 'Adam',
  make: (params, options) => new Adam(params, options),
  fixture: new URL('../test/fixtures/adam.json', import.meta.url),
});
