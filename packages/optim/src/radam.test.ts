import { testOptimizer } from '@kasane/testing';
import { RAdam, type RAdamOptions } from './radam.ts';

testOptimizer<RAdamOptions>({
  name: 'RAdam',
  make: (params, options) => new RAdam(params, options),
  fixture: new URL('../test/fixtures/radam.json', import.meta.url),
});
