import { testOptimizer } from '@kasane/testing';
import { SparseAdam, type SparseAdamOptions } from './sparse-adam.ts';

testOptimizer<SparseAdamOptions>({
  name: 'SparseAdam',
  make: (params, options) => new SparseAdam(params, options),
  fixture: new URL('../test/fixtures/sparseadam.json', import.meta.url),
});
