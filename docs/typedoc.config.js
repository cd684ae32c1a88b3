// The site: one module per package, read from the sources, and the guides.
import { katex } from '@mdit/plugin-katex';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const packages = readdirSync('../packages').filter((id) => {
  const manifest = `../packages/${id}/package.json`;
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).private !== true;
});

const validation = { invalidLink: true, invalidPath: true, notExported: true, notDocumented: true };

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'Kasane',
  entryPointStrategy: 'packages',
  entryPoints: packages.map((id) => `../packages/${id}`),
  packageOptions: {
    entryPoints: ['src/index.ts'],
    excludeInternal: true,
    excludePrivate: true,
    readme: 'none',
    // The types are checked elsewhere, tests included.
    skipErrorChecking: true,
    disableSources: true,
    validation,
    requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'Method', 'TypeAlias'],
  },
  readme: 'home.md',
  projectDocuments: ['guides/*.md'],
  out: 'api',
  includeVersion: false,
  githubPages: false,
  hideGenerator: true,
  navigation: { includeCategories: true, includeGroups: false },
  headings: { readme: false },
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  validation,
  logLevel: 'Warn',
  // Equations become MathML, which browsers draw without scripts, styles or fonts.
  markdownItLoader: (parser) => {
    parser.use(katex, { output: 'mathml', throwOnError: true });
  },
};
