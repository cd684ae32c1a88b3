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

const japanese = signal<Readonly<Record<string, string>>>({});

// Whoever reads English need not wait for the other language.
effect(() => {
  if (language.value !== 'ja' || Object.keys(japanese.peek()).length > 0) return;
  import('./japanese.ts').then(
    (loaded) => (japanese.value = loaded.japanese),
    () => {}, // English stays, which is marked as such
  );
});

/** What an exercise says in English, in the language that is read. */
export const told = (text: string): string =>
  language.value === 'ja' && Object.hasOwn(japanese.value, text) ? japanese.value[text]! : text;

/** The language that `told` gives a text in, for who reads it aloud. */
export const toldIn = (text: string): Language =>
  language.value === 'ja' && Object.hasOwn(japanese.value, text) ? 'ja' : 'en';
