/** Typedoc's own theme, with landmarks, lists of links that work without scripts, two languages, and no script in the page. */
import {
  DefaultTheme,
  DefaultThemeRenderContext,
  i18n,
  JSX,
  ReflectionKind,
  type DocumentReflection,
  type NavigationElement,
  type PageEvent,
  type ProjectReflection,
  type Reflection,
} from 'typedoc';
import { basename } from 'node:path';
import { catalog } from '../../apps/demo/src/exercises/data.gen.ts';
import { groupOf } from './guides.ts';
import { tidy } from './tidy.ts';
import { words, type Language, type Words } from './words.ts';

const h = JSX.createElement;

/** What the site knows beyond typedoc's options. */
export interface Site {
  /** The page of the exercises, from the top of the English site, if it is there. */
  page: string | undefined;
  language: Language;
  /** What is written in both languages. */
  translated: ReadonlySet<Reflection>;
}

/** Typedoc makes the themes; this is how they come to know their site. */
export const site: Site = { page: undefined, language: 'en', translated: new Set() };

const exercises: ReadonlySet<string> = new Set(catalog.map(({ id }) => id));

/** The way from a page to the page of the exercises. */
function toPage(context: DefaultThemeRenderContext): string | undefined {
  if (site.page === undefined) return undefined;
  const up = site.language === 'en' ? '' : '../';
  return /^(?:[a-z]+:)?\//.test(site.page) ? site.page : context.relativeURL(up + site.page);
}

class SiteContext extends DefaultThemeRenderContext {
  get words(): Words {
    return words[site.language];
  }

  override defaultLayout: DefaultThemeRenderContext['defaultLayout'] = (template, props) => {
    const { language } = site;
    const asset = (name: string): string => this.relativeURL(`assets/${name}`);
    const script = (name: string, id?: string): JSX.Element =>
      h('script', { defer: true, src: asset(name), ...(id === undefined ? {} : { id }) });
    const home = props.url === 'index.html';
    const name = props.model.isProject() && home ? '' : `${props.model.name} · `;
    const other = language === 'en' ? `ja/${props.url}` : `../${props.url}`;
    return h(
      'html',
      { class: 'default', lang: language, 'data-base': this.relativeURL('./') },
      h(
        'head',
        null,
        h('meta', { charset: 'utf-8' }),
        h('title', null, `${name}${props.project.name}`),
        h('meta', { name: 'description', content: descriptionOf(props.model) }),
        h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
        h('link', {
          rel: 'alternate',
          hreflang: language === 'en' ? 'ja' : 'en',
          href: this.relativeURL(other),
        }),
        h('link', { rel: 'icon', type: 'image/svg+xml', href: asset('favicon.svg') }),
        h('link', { rel: 'stylesheet', href: asset('style.css') }),
        h('link', { rel: 'stylesheet', href: asset('highlight.css') }),
        h('link', { rel: 'stylesheet', href: asset('site.css') }),
        h('script', { src: asset('colours.js') }),
        script('main.js'),
        script('icons.js', 'tsd-icons-script'),
        // Two megabytes, which site.js asks for when the search is opened.
        h('script', { id: 'tsd-search-script', 'data-src': asset('search.js') }),
        script('navigation.js'),
        script('hierarchy.js', 'tsd-hierarchy-script'),
        script('site.js'),
      ),
      h(
        'body',
        null,
        h('a', { class: 'skip', href: '#content' }, this.words.skip),
        this.toolbar(props),
        h(
          'div',
          { class: 'container container-main' },
          h(
            'main',
            { class: 'col-content', id: 'content', tabindex: -1 },
            this.header(props),
            props.model.isDocument() && language === 'ja' && !site.translated.has(props.model)
              ? h('p', { class: 'foreign' }, this.words.onlyInEnglish)
              : null,
            template(props),
          ),
          h(
            'div',
            { class: 'col-sidebar' },
            h('aside', { class: 'page-menu', 'aria-label': this.words.pageParts }, this.pageSidebar(props)),
            h('div', { class: 'site-menu' }, this.sidebar(props)),
          ),
        ),
        h('div', { class: 'overlay' }),
      ),
    );
  }; // prettier-ignore

  override toolbar: DefaultThemeRenderContext['toolbar'] = (props) => {
    const page = toPage(this);
    const other = site.language === 'en' ? `ja/${props.url}` : `../${props.url}`;
    return h(
      'header',
      { class: 'tsd-page-toolbar' },
      h(
        'div',
        { class: 'tsd-toolbar-contents container' },
        h('a', { href: this.relativeURL('index.html'), class: 'title' }, props.project.name),
        h(
          'div',
          { id: 'tsd-toolbar-links' },
          page === undefined ? null : h('a', { href: page }, this.words.exercises),
          h(
            'a',
            { href: this.relativeURL(other), lang: site.language === 'en' ? 'ja' : 'en', class: 'other' },
            this.words.other,
          ),
        ),
        h(
          'button',
          { id: 'tsd-search-trigger', type: 'button', class: 'tsd-widget', 'aria-label': i18n.theme_search() },
          this.icons.search(),
        ),
        h(
          'dialog',
          { id: 'tsd-search', 'aria-label': i18n.theme_search() },
          h('input', {
            role: 'combobox',
            id: 'tsd-search-input',
            'aria-label': i18n.theme_search(),
            'aria-controls': 'tsd-search-results',
            'aria-autocomplete': 'list',
            'aria-expanded': 'true',
            spellcheck: false,
            autocapitalize: 'off',
            autocomplete: 'off',
            placeholder: i18n.theme_search_placeholder(),
            maxLength: 100,
          }),
          h('ul', { role: 'listbox', id: 'tsd-search-results', 'aria-label': i18n.theme_search() }),
          h(
            'div',
            { id: 'tsd-search-status', 'aria-live': 'polite', 'aria-atomic': 'true' },
            h('div', null, i18n.theme_preparing_search_index()),
          ),
        ),
        h(
          'a',
          {
            href: '#site',
            class: 'tsd-widget menu',
            id: 'tsd-toolbar-menu-trigger',
            'data-toggle': 'menu',
            'aria-label': i18n.theme_menu(),
          },
          this.icons.menu(),
        ),
      ),
    );
  }; // prettier-ignore

  override navigation: DefaultThemeRenderContext['navigation'] = ({ project, model }) => {
    const current: Reflection = moduleOf(model);
    const link = (target: Reflection, text: string, foreign: boolean = false): JSX.Element =>
      h(
        'li',
        { 'data-path': this.router.getFullUrl(target) },
        h(
          'a',
          { href: this.urlTo(target), ...(target === current ? { class: 'current' } : {}) },
          foreign ? [h('span', { lang: 'en' }, text), this.words.inEnglish] : text,
        ),
      );
    // `Course: LSTM` stands below "Course" already.
    const guide = (one: DocumentReflection): JSX.Element =>
      link(
        one,
        one.name.replace(/^[^:：]+[:：]\s*/, ''),
        site.language === 'ja' && !site.translated.has(one),
      );
    const groups = Map.groupBy(project.documents ?? [], (one) => groupOf(fileOf(one)));
    return h(
      'nav',
      { class: 'tsd-navigation', id: 'site', 'aria-label': this.words.site },
      h('h2', null, this.words.guides),
      h(
        'ul',
        null,
        [...groups].map(([group, ones]) =>
          // The first guide stands by itself, and the course is long.
          group === 'start'
            ? ones.map((one) => guide(one))
            : h(
                'li',
                {
                  class: 'group',
                  ...(group !== 'course' || ones.some((one) => one === current)
                    ? { 'data-open': '' }
                    : {}),
                },
                h('span', { class: 'category' }, this.words.guideGroups[group]),
                h(
                  'ul',
                  { class: 'inside' },
                  ones.map((one) => guide(one)),
                ),
              ),
        ),
        h(
          'li',
          null,
          h('a', { href: this.relativeURL('hierarchy.html') }, i18n.theme_hierarchy_summary()),
        ),
      ),
      h('h2', null, this.words.packages),
      h(
        'ul',
        { id: 'packages', 'data-expand': this.words.expand },
        (project.children ?? []).map((one) => link(one, one.name.replace('@kasane/', ''))),
      ),
    );
  };

  override breadcrumbs: DefaultThemeRenderContext['breadcrumbs'] = (props) => {
    const path: Reflection[] = [];
    for (let at = props.parent; at?.parent !== undefined; at = at.parent) path.unshift(at);
    if (path.length === 0) return h(JSX.Fragment, null);
    return h(
      'nav',
      { 'aria-label': this.words.breadcrumb },
      h(
        'ul',
        { class: 'tsd-breadcrumb' },
        path.map((one) => h('li', null, h('a', { href: this.urlTo(one) }, one.name))),
      ),
    );
  };

  override footer: DefaultThemeRenderContext['footer'] = () => h(JSX.Fragment, null);
}

/** The name of a guide's file. */
function fileOf(guide: DocumentReflection): string {
  return basename(guide.project.files.getReflectionPath(guide) ?? guide.name, '.md');
}

/** The module or document that a page belongs to. */
function moduleOf(model: Reflection): Reflection {
  let at = model;
  while (at.parent !== undefined && !at.parent.isProject()) at = at.parent;
  return at;
}

/** The first sentence of a page's subject, for whoever lists pages. */
function descriptionOf(model: Reflection): string {
  const commented = model.isDeclaration() ? (model.signatures?.[0] ?? model) : model;
  const text = commented.comment?.getShortSummary(true).map((part) => part.text).join('') ?? '';
  return text === '' ? `Kasane: ${model.name}` : text.replaceAll(/\s+/g, ' ').replaceAll('`', '');
} // prettier-ignore

export class SiteTheme extends DefaultTheme {
  override ContextClass: typeof DefaultThemeRenderContext = SiteContext;

  override render(page: PageEvent): string {
    const context = this.getRenderContext(page as PageEvent<Reflection>); // all pages of it are of reflections
    return tidy(super.render(page), {
      page: toPage(context),
      run: words[site.language].run,
      exercises: context.model.isDocument() ? exercises : new Set(),
      foreign: site.language === 'ja' && !site.translated.has(context.model),
    });
  }

  /** What the script of the site unfolds below each package; guides are all there already. */
  override buildNavigation(project: ProjectReflection): NavigationElement[] {
    return super.buildNavigation(project).filter(({ kind }) => kind === ReflectionKind.Module);
  }
}
