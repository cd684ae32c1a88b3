import { testOptimizer } from '@kasane/testing';
import { {{Pascal}}, type {{Pascal}}Options } from './{{kebab}}.ts';

testOptimizer<{{Pascal}}Options>({
  name: '{{Pascal}}',
  make: (params, options) => new {{Pascal}}(params, options),
  fixture: new URL('../test/fixtures/{{lower}}.json', import.meta.url),
});
