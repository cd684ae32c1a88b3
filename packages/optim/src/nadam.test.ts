import { testOptimizer } from '@kasane/testing';
import { NAdam, type NAdamOptions } from './nadam.ts';

testOptimizer<NAdamOptions>({
  name: 'NAdam',
  make: (params, options) => new NAdam(params, options),
  fixture: new URL('../test/fixtures/nadam.json', import.meta.url),
});
