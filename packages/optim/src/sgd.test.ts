import { testOptimizer } from '@kasane/testing';
import { SGD, type SGDOptions } from './sgd.ts';

testOptimizer<SGDOptions>({
  name: 'SGD',
  make: (params, options) => new SGD(params, options),
  fixture: new URL('../test/fixtures/sgd.json', import.meta.url),
});
