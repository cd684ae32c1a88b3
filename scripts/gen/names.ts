/** A name in the spellings that files, variables and classes use. */
export interface Names {
  /** `log-sigmoid` */
  readonly kebab: string;
  /** `logSigmoid` */
  readonly camel: string;
  /** `LogSigmoid` */
  readonly Pascal: string;
  /** `Log sigmoid` */
  readonly title: string;
  /** The package it goes to, where there is a choice. */
  readonly package?: string;
}

/** Reads a name in any of its spellings; undefined if it is none. */
export function namesOf(text: string): Names | undefined {
  if (!/^[A-Za-z][A-Za-z0-9]*(-[a-z0-9]+)*$/.test(text)) return undefined;
  const words = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split('-');
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const Pascal = words.map(capital).join('');
  return {
    kebab: words.join('-'),
    camel: Pascal.charAt(0).toLowerCase() + Pascal.slice(1),
    Pascal,
    title: capital(words.join(' ')),
  };
}

/** Puts names where a template has `{{kebab}}`, `{{camel}}`, `{{Pascal}}`, `{{lower}}`, `{{title}}` or `{{package}}`. */
export function fill(template: string, names: Names): string {
  const values = { ...names, lower: names.Pascal.toLowerCase() };
  return template.replaceAll(
    /\{\{(kebab|camel|Pascal|lower|title|package)\}\}/g,
    (whole, key: keyof typeof values) => values[key] ?? whole,
  );
}
