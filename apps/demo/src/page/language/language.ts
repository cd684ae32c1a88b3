import { computed, effect, signal } from '@preact/signals';
import type { Title } from '../../exercise.ts';
import { place } from '../link.ts';
import { dictionaries } from './messages.ts';

export type Language = keyof Title;

const isLanguage = (text: string | null | undefined): text is Language =>
  text === 'en' || text === 'ja';

/** What the browser's settings or an earlier choice say; private windows may keep nothing. */
function preferred(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem('language');
  } catch {
    // as if nothing was chosen
  }
  return isLanguage(kept) ? kept : navigator.language.startsWith('ja') ? 'ja' : 'en';
}

const chosen = signal<Language>(preferred());

/** The link's language, or else the reader's. */
export const language = computed<Language>(() => {
  const asked = place.value.query.get('lang');
  return isLanguage(asked) ? asked : chosen.value;
});

export function chooseLanguage(to: Language): void {
  chosen.value = to;
  try {
    localStorage.setItem('language', to);
  } catch {
    // it is chosen for this visit
  }
}

/** The words of the page in the language that is read. */
export const words = computed(() => dictionaries[language.value]);

/** A name of an exercise in the language that is read. */
export const said = (title: Title): string => title[language.value];

type Dictionary = (text: string) => string | undefined;

/** Nothing is known in Japanese until it has loaded. */
const japanese = signal<Dictionary | null>(null);

// Whoever reads English need not wait for the other language.
effect(() => {
  if (language.value !== 'ja' || japanese.peek() !== null) return;
  import('./japanese.ts').then(
    (loaded) => (japanese.value = loaded.inJapanese),
    () => {}, // English stays, which is marked as such
  );
});

/** The dictionary that texts are told by: none in English. */
export const dictionary = computed(() => (language.value === 'ja' ? japanese.value : null));

/** What an exercise says in English, in the language that is read. */
export const told = (text: string): string => dictionary.value?.(text) ?? text;

/** The language that `told` gives a text in, for who reads it aloud. */
export const toldIn = (text: string): Language =>
  dictionary.value?.(text) === undefined ? 'en' : 'ja';
