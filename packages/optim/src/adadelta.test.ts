import { testOptimizer } from '@kasane/testing';
import { Adadelta, type AdadeltaOptions } from './adadelta.ts';

testOptimizer<AdadeltaOptions>({
  name: 'Adadelta',
  make: (params, options) => new Adadelta(params, options),
  fixture: new URL('../test/fixtures/adadelta.json', import.meta.url),
});
