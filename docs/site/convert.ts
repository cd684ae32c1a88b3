/** The sources, READMEs and guides as what typedoc renders: one program, so that all packages know each other. */
import {
  Converter,
  DocumentReflection,
  MinimalSourceFile,
  normalizePath,
  ReferenceType,
  Reflection,
  ReflectionKind,
  TypeScript as ts,
  type Application,
  type CommentDisplayPart,
  type DeclarationReflection,
  type ProjectReflection,
} from 'typedoc';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { categorise, exportsOf } from './categories.ts';
import { guides } from './guides.ts';
import { withLinks } from './links.ts';
import { home, root, type Entry } from './packages.ts';

/** What is shown, and the program that it was read from. */
export interface Converted {
  readonly project: ProjectReflection;
  readonly program: ts.Program;
  /** Where each export and member is declared. */
  readonly declared: ReadonlyMap<Reflection, readonly ts.Declaration[]>;
  /** The guides and the home page in Japanese, by what each replaces. */
  readonly japanese: ReadonlyMap<Reflection, Translated>;
}

export interface Translated {
  readonly title: string;
  readonly content: readonly CommentDisplayPart[];
}

function programOf(sources: readonly string[]): ts.Program {
  const file = join(root, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as {
    readonly config: { readonly compilerOptions: object };
  };
  const given = { ...config.compilerOptions, noEmit: true, types: ['node'] };
  const { options } = ts.convertCompilerOptionsFromJson(given, root);
  return ts.createProgram([...sources], options);
}

/** Reads everything. What is wrong is logged, as warnings. */
export function convert(app: Application, entries: readonly Entry[]): Converted {
  const program = programOf(entries.map(({ source }) => source));
  const japanese = new Map<Reflection, Translated>();
  app.converter.on(Converter.EVENT_CREATE_PROJECT, (_, project) => {
    project.readme = read(app, project, join(home, 'home.md')).content;
    japanese.set(project, readGuide(app, project, join(home, 'home.ja.md')));
    for (const guide of guides()) {
      const name = `${guide}.md`;
      const document = addGuide(app, project, join(home, 'guides', name));
      const translated = join(home, 'guides/ja', name);
      if (existsSync(translated)) {
        japanese.set(document, readGuide(app, project, translated));
        project.files.registerReflectionPath(normalizePath(translated), document);
      }
    }
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const modules = project.children ?? [];
    for (const module of modules) showReadme(app, module, entries);
    joinTensor(project);
    dropHints(project);
    for (const one of exportsOf(modules)) {
      if (!categorise(one)) {
        app.logger.warn(
          `${one.getFullName()} has no category: give it @category, or its file in site/categories.ts`,
        );
      }
    }
  });
  const declared = new Map<Reflection, readonly ts.Declaration[]>();
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const symbol = context.getSymbolFromReflection(reflection);
    if (symbol?.declarations !== undefined) declared.set(reflection, symbol.declarations);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, () => {
    for (const [guide, { title, content }] of japanese) {
      const resolved = app.converter.resolveLinks(content, guide);
      japanese.set(guide, { title, content: resolved });
      for (const part of resolved) {
        if (part.kind !== 'inline-tag' || part.target !== undefined) continue;
        app.logger.warn(`"${part.text}" in ${title} links to nothing.`);
      }
    }
  });
  const points = entries.map(({ name, source }) => {
    const sourceFile = program.getSourceFile(source);
    if (sourceFile === undefined) throw new Error(`${name} has no source ${source}.`);
    return { displayName: name, program, sourceFile };
  });
  const project = app.converter.convert(points);
  linkErrors(project);
  joinErrors(project);
  return { project, program, declared, japanese };
}

function read(
  app: Application,
  project: ProjectReflection,
  path: string,
): ReturnType<Converter['parseRawComment']> {
  const source = new MinimalSourceFile(withLinks(path), normalizePath(path));
  return app.converter.parseRawComment(source, project.files);
}

function readGuide(app: Application, project: ProjectReflection, path: string): Translated {
  const { content, frontmatter } = read(app, project, path);
  const { title } = frontmatter;
  return { title: typeof title === 'string' ? title : basename(path, '.md'), content };
}

/** A guide, called by its title. */
function addGuide(app: Application, project: ProjectReflection, path: string): DocumentReflection {
  const { title, content } = readGuide(app, project, path);
  const document = new DocumentReflection(title, project, [...content], {});
  project.addChild(document);
  project.registerReflection(document, undefined, normalizePath(path));
  app.converter.trigger(Converter.EVENT_CREATE_DOCUMENT, undefined, document);
  return document;
}

/** Puts the README of a package on its page, without title and motto, which the page has. */
function showReadme(
  app: Application,
  module: DeclarationReflection,
  entries: readonly Entry[],
): void {
  const readme = entries.find(({ name }) => name === module.name)?.readme;
  if (readme === undefined) return;
  const { content } = read(app, module.project, readme);
  const [first] = content;
  if (first?.kind === 'text') first.text = first.text.replace(/^\s*# .*\n+(?:> .*\n)*/, '');
  module.readme = content;
  module.project.files.registerReflectionPath(normalizePath(readme), module);
}

/**
 * Shows the methods of Tensor as its own, and TensorBase as what it extends: the classes between, which the methods
 * are divided among, are nobody's business but the house's.
 */
function joinTensor(project: ProjectReflection): void {
  const find = (name: string): DeclarationReflection | undefined => {
    const found = project.getChildByName(['@kasane/tensor-core', name]);
    return found?.isDeclaration() ? found : undefined;
  };
  const [tensor, base] = [find('Tensor'), find('TensorBase')];
  if (tensor === undefined || base === undefined) return; // another package
  const reference = (target: Reflection, name: string): ReferenceType =>
    ReferenceType.createResolvedReference(name, target, project);
  tensor.extendedTypes = [reference(base, 'TensorBase')];
  for (const member of tensor.children ?? []) {
    const own = base.getChildByName(member.name);
    const { signatures = [], getSignature, setSignature } = member;
    for (const shown of [member, ...signatures, getSignature, setSignature]) {
      if (shown === undefined) continue;
      if (own === undefined) delete shown.inheritedFrom;
      else shown.inheritedFrom = reference(own, `TensorBase.${member.name}`);
    }
  }
}

/** Links names of errors: docstrings of all packages, and methods that their classes inherit, have those of others. */
function linkErrors(project: ProjectReflection): void {
  const all = exportsOf(project.children ?? []).filter(({ name }) => name.endsWith('Error'));
  const errors = new Map(all.map((one) => [one.name, one]));
  for (const { comment } of Object.values(project.reflections)) {
    for (const part of comment?.blockTags.flatMap(({ content }) => content) ?? []) {
      if (part.kind !== 'inline-tag' || part.target instanceof Reflection) continue;
      const error = errors.get(part.text);
      if (error !== undefined) part.target = error;
    }
  }
}

/** Has all errors of a docstring in one list, which would each have a heading of its own. */
function joinErrors(project: ProjectReflection): void {
  for (const { comment } of Object.values(project.reflections)) {
    const [first, ...others] = comment?.getTags('@throws') ?? [];
    if (first === undefined || others.length === 0) continue;
    const point = (content: readonly CommentDisplayPart[]): CommentDisplayPart[] => {
      return [{ kind: 'text', text: '\n- ' }, ...content];
    };
    first.content = [first, ...others].flatMap(({ content }) => point(content));
    comment!.blockTags = comment!.blockTags.filter((tag) => !others.includes(tag));
  }
}

/** Leaves out what Tensor has only to say what to write instead: the guide has a row for each. */
function dropHints(project: ProjectReflection): void {
  for (const member of project.getReflectionsByKind(ReflectionKind.ClassMember)) {
    if (member.comment?.getTag('@deprecated')) project.removeReflection(member);
  }
}
