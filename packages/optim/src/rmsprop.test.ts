import { testOptimizer } from '@kasane/testing';
import { RMSprop, type RMSpropOptions } from './rmsprop.ts';

testOptimizer<RMSpropOptions>({
  name: 'RMSprop',
  make: (params, options) => new RMSprop(params, options),
  fixture: new URL('../test/fixtures/rmsprop.json', import.meta.url),
});
