import { testOptimizer } from '@kasane/testing';
import { Adamax, type AdamaxOptions } from './adamax.ts';

testOptimizer<AdamaxOptions>({
  name: 'Adamax',
  make: (params, options) => new Adamax(params, options),
  fixture: new URL('../test/fixtures/adamax.json', import.meta.url),
});
