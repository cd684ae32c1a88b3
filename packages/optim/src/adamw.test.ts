import { testOptimizer } from '@kasane/testing';
import { AdamW, type AdamWOptions } from './adamw.ts';

testOptimizer<AdamWOptions>({
  name: 'AdamW',
  make: (params, options) => new AdamW(params, options),
  fixture: new URL('../test/fixtures/adamw.json', import.meta.url),
});
