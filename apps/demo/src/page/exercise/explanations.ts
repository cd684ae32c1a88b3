import type { Language } from '../language/language.ts';

/** Every explanation, in a chunk of its own. */
const loads = import.meta.glob<string>('../../explanations/*.md', { import: 'default' });

/** Loads the HTML of what an exercise says; undefined if it says nothing. */
export const explanationOf = (
  id: string,
  language: Language,
): (() => Promise<string>) | undefined => loads[`../../explanations/${id}.${language}.md`];
