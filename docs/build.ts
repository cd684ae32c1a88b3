/**
 * `pnpm docs:build [package ...] [--page ../] [--out folder]`: the site, in English and in Japanese below `ja`.
 *
 * `--page` is where the page of the exercises is, from the site's own top or as a whole address: with it examples have a link that
 * opens them in its playground. Packages by name build a part of the site, to look at.
 */
import { Application, IndexEvent, LogLevel, ReflectionKind } from 'typedoc';
import { katex } from '@mdit/plugin-katex';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { convert } from './site/convert.ts';
import { coverage } from './site/coverage.ts';
import { factsOf, render } from './site/facts.ts';
import { japaneseCategories, japaneseOfTheme } from './site/japanese.ts';
import { writeLlms } from './site/llms.ts';
import { entries, home, repository, root } from './site/packages.ts';
import { withLinks } from './site/playground.ts';
import { SiteRouter } from './site/router.ts';
import { site, SiteTheme } from './site/theme.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    page: { type: 'string' },
    out: { type: 'string', default: join(home, 'api') },
  },
});
const whole = positionals.length === 0;
const out = resolve(values.out);
const shown = entries(positionals);
const address = repository();
// Without the repository's address, links to files of it would lead nowhere.
const validation = {
  invalidLink: whole,
  invalidPath: true,
  notExported: whole,
  notDocumented: true,
};

site.page = values.page;
const app = await Application.bootstrap({
  name: 'Kasane',
  entryPoints: shown.map(({ source }) => source),
  basePath: root,
  readme: 'none',
  // The types are checked elsewhere, tests included.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  disableGit: true,
  ...(address === undefined ? {} : { sourceLinkTemplate: `${address}/blob/main/{path}#L{line}` }),
  favicon: join(root, 'apps/demo/src/page/icon.svg'),
  visibilityFilters: { inherited: true },
  includeVersion: false,
  githubPages: false,
  hideGenerator: true,
  router: 'site',
  theme: 'site',
  navigation: { includeCategories: true, includeGroups: false, includeFolders: false, excludeReferences: true },
  headings: { readme: false, document: false },
  useFirstParagraphOfCommentAsSummary: true,
  searchInComments: true,
  searchInDocuments: true,
  categorizeByGroup: false,
  requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'Method', 'TypeAlias'],
  validation,
  logLevel: LogLevel.Warn,
  markdownItLoader: (parser) => {
    // Equations become MathML, which browsers draw without scripts, styles or fonts.
    parser.use(katex, { output: 'mathml', throwOnError: true, strict: 'error' });
    parser.renderer.rules.fence = withLinks(parser.renderer.rules.fence);
  },
}); // prettier-ignore
app.renderer.defineRouter('site', SiteRouter);
app.renderer.defineTheme('site', SiteTheme);

app.options.setValue('searchGroupBoosts', boosts());
rememberHighlighted();
const converted = convert(app, shown);
const { project, japanese } = converted;
app.validate(project);
const facts = factsOf(converted);
app.renderer.hooks.on('comment.beforeTags', (_context, _comment, reflection) => {
  const known = facts.get(reflection);
  return known === undefined
    ? { tag: 'div', props: { hidden: true }, children: [] }
    : render(known, site.language, site.page !== undefined);
});

await write(out);
// Before categories are called otherwise.
const { lines, missing } = coverage(converted, facts);
const english = pluralsOfKinds();
site.language = 'ja';
app.options.setValue('lang', 'ja');
site.translated = new Set(japanese.keys());
app.internationalization.setLocale('ja');
app.internationalization.addTranslations('ja', japaneseOfTheme);
translateGroups(english, pluralsOfKinds());
app.options.setValue('searchGroupBoosts', {});
// Both search the same: an index of its own would have no Japanese, which typedoc's search cannot tell apart into words.
app.renderer.on(IndexEvent.PREPARE_INDEX, (event: IndexEvent) => {
  event.searchResults = [];
  event.searchFields = [];
});
for (const [guide, { title, content }] of japanese) {
  if (guide.isDocument()) Object.assign(guide, { name: title, content: [...content] });
  else project.readme = [...content];
}
await write(join(out, 'ja'));
copyFileSync(join(out, 'assets/search.js'), join(out, 'ja/assets/search.js'));

writeLlms(app, project, out);
console.log([...lines, ...missing].join('\n'));
if (missing.length > 0) process.exitCode = 1;
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;

async function write(folder: string): Promise<void> {
  await app.generateDocs(project, folder);
  const client = join(home, 'site/client');
  for (const file of readdirSync(client)) copyFileSync(join(client, file), join(folder, 'assets', file));
  // A page's policy may forbid styles that scripts write; what the filters hide stands in site.css.
  const main = join(folder, 'assets/main.js');
  const [before, after, ...more] = readFileSync(main, 'utf8').split('document.head.appendChild(document.createElement("style"))');
  if (after === undefined || more.length > 0) throw new Error('typedoc writes its styles otherwise now');
  writeFileSync(main, `${before}document.createElement("style")${after}`);
} // prettier-ignore

// The same examples stand on many pages, those of a base class on every one of its heirs, and all of it is written twice.
function rememberHighlighted(): void {
  const plugin = app.renderer.markedPlugin;
  const highlight = plugin.getHighlighted.bind(plugin);
  const known = new Map<string, string>();
  plugin.getHighlighted = (text, language) => {
    const key = `${language ?? ''} ${text}`;
    let html = known.get(key);
    if (html === undefined) known.set(key, (html = highlight(text, language)));
    return html;
  };
}

/** How much more a name counts in the search if it is of such a group; typedoc complains of groups that a part of the site has not. */
function boosts(): Record<string, number> {
  if (!whole) return {};
  const of = (kind: ReflectionKind, boost: number): [string, number] => [ReflectionKind.pluralString(kind), boost];
  const { Class, Function, Document, Variable, Interface } = ReflectionKind;
  return Object.fromEntries([of(Class, 1.6), of(Function, 1.6), of(Document, 1.4), of(Variable, 1.2), of(Interface, 0.8)]);
} // prettier-ignore

/** What groups of members are called, in the language of the moment. */
function pluralsOfKinds(): string[] {
  const kinds = Object.values(ReflectionKind).filter((one) => typeof one === 'number');
  return kinds.map((kind) => ReflectionKind.pluralString(kind));
}

// Typedoc names groups when it reads the sources, in one language; categories are named by docstrings.
function translateGroups(from: readonly string[], to: readonly string[]): void {
  const names = new Map(from.map((name, index) => [name, to[index] ?? name]));
  const untold = new Set<string>();
  for (const one of [project, ...Object.values(project.reflections)]) {
    if (!one.isContainer()) continue;
    for (const group of one.groups ?? []) group.title = names.get(group.title) ?? group.title;
    for (const category of one.categories ?? []) {
      const title = japaneseCategories[category.title];
      if (title === undefined) untold.add(category.title);
      else category.title = title;
    }
  }
  for (const title of untold) app.logger.warn(`The category ${title} has no Japanese name in site/japanese.ts.`);
} // prettier-ignore
