import { chooseLanguage, language, words } from './language/language.ts';
import { linkTo, place, replaceLink } from './link.ts';
import { colours, chooseColours, type Colours } from './colours.ts';

/** The other language, which the link forgets to name one. */
function changeLanguage(): void {
  chooseLanguage(language.value === 'en' ? 'ja' : 'en');
  const { page, name, query } = place.value;
  if (!query.has('lang')) return;
  query.delete('lang');
  replaceLink(linkTo(page, name, Object.fromEntries(query)));
}

export function Header() {
  const { exercises, playground, documentation, otherLanguage, colours: names } = words.value;
  return (
    <header class="top">
      <a class="brand" href={linkTo('')}>
        <i aria-hidden="true">
          <b />
        </i>
        Kasane
      </a>
      <nav>
        <a href={linkTo('')}>{exercises}</a>
        <a href={linkTo('playground')}>{playground}</a>
        {HAS_REFERENCE && (
          <a href={language.value === 'ja' ? 'docs/ja/index.html' : 'docs/index.html'}>
            {documentation}
          </a>
        )}
        <select
          aria-label={names.label}
          value={colours.value}
          onChange={({ currentTarget }) => chooseColours(currentTarget.value as Colours)} // its options are these
        >
          <option value="auto">{names.auto}</option>
          <option value="light">{names.light}</option>
          <option value="dark">{names.dark}</option>
        </select>
        <button
          type="button"
          class="plain"
          lang={language.value === 'en' ? 'ja' : 'en'}
          onClick={changeLanguage}
        >
          {otherLanguage}
        </button>
      </nav>
    </header>
  );
}
