import { signal } from '@preact/signals';

/** Where the page is, as its link says it after the `#`: `/exercise/iris?seed=1`. */
export interface Place {
  /** The first word of the path; empty for the contents. */
  readonly page: string;
  /** The rest of it. */
  readonly name: string;
  readonly query: URLSearchParams;
}

export function readLink(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [page = '', ...rest] = path.split('/').map(decoded);
  return { page, name: rest.join('/'), query: new URLSearchParams(query) };
}

/** A link within the page; what is undefined is left out. */
export function linkTo(
  page: string,
  name = '',
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter(
    (one): one is [string, string] => one[1] !== undefined,
  );
  const path = [page, name].filter(Boolean).map(encodeURIComponent).join('/');
  const tail = new URLSearchParams(given).toString();
  return `#/${path}${tail === '' ? '' : `?${tail}`}`;
}

// A link that somebody shortened in the middle of a character.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where the page is now. */
export const place = signal<Place>(readLink(globalThis.location?.hash ?? ''));

/** Changes the link without another entry in the history. */
export function replaceLink(link: string): void {
  history.replaceState(null, '', link);
  place.value = readLink(link);
}

globalThis.addEventListener?.('hashchange', () => (place.value = readLink(location.hash)));
