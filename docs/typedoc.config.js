// The site: one module per package, read from the sources, and the guides.
import { katex } from '@mdit/plugin-katex';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Converter, ReferenceType, ReflectionKind } from 'typedoc';

const packages = readdirSync('../packages').filter((id) => {
  const manifest = `../packages/${id}/package.json`;
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).private !== true;
});

const validation = { invalidLink: true, invalidPath: true, notExported: true, notDocumented: true };

/**
 * Shows the methods of Tensor as its own, and TensorBase as what it extends: the classes between, which the methods
 * are divided among, are nobody's business but the house's.
 */
function joinTensor(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const [tensor, base] = ['Tensor', 'TensorBase'].map((name) =>
      project.getChildByName(['index', name]),
    );
    if (tensor === undefined || base === undefined) return; // another package
    const reference = (target, name) =>
      target && ReferenceType.createResolvedReference(name, target, project);
    tensor.extendedTypes = [reference(base, 'TensorBase')];
    for (const member of tensor.children) {
      const inherited = reference(base.getChildByName(member.name), `TensorBase.${member.name}`);
      const { signatures = [], getSignature, setSignature } = member;
      for (const shown of [member, ...signatures, getSignature, setSignature]) {
        if (shown !== undefined) shown.inheritedFrom = inherited;
      }
    }
  });
}

/** Leaves out what Tensor has only to say what to write instead: the guide has a row for each. */
function dropHints(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const member of project.getReflectionsByKind(ReflectionKind.ClassMember)) {
      if (member.comment?.getTag('@deprecated')) project.removeReflection(member);
    }
  });
}

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
  plugin: [joinTensor, dropHints],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  validation,
  logLevel: 'Warn',
  // Equations become MathML, which browsers draw without scripts, styles or fonts.
  markdownItLoader: (parser) => {
    parser.use(katex, { output: 'mathml', throwOnError: true });
  },
};
