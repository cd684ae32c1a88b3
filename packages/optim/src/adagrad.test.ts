import { testOptimizer } from '@kasane/testing';
import { Adagrad, type AdagradOptions } from './adagrad.ts';

testOptimizer<AdagradOptions>({
  name: 'Adagrad',
  make: (params, options) => new Adagrad(params, options),
  fixture: new URL('../test/fixtures/adagrad.json', import.meta.url),
});
