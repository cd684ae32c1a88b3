/** What a file of some run is called, after what it has: `iris-default-loss.svg`. */
export const fileName = (extension: string, ...names: readonly string[]): string =>
  `${names.map(slug).join('-')}.${extension}`;

/** A name as a part of a file's name: `mean of 100` becomes `mean-of-100`. */
function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}
