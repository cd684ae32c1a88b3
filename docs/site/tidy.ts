/** What a page needs before all can read it, on the text of the page, for half of it is Markdown that is rendered already. */

/** Marks a link that leads from the site to the page of the exercises; `tidy` puts its address there. */
export const PAGE = 'kasane-page:';

export interface TidyOptions {
  /** The way from this page to that of the exercises. */
  readonly page: string | undefined;
  readonly run: string;
  /** Whether what is written for people is in English on a page that is not. */
  readonly foreign: boolean;
  /** Names of exercises, which become links to them. */
  readonly exercises: ReadonlySet<string>;
}

export function tidy(html: string, { page, run, foreign, exercises }: TidyOptions): string {
  let tidied = html
    // A summary is a button, which can have no link in it.
    .replaceAll(/<summary[^]*?<\/summary>/g, (summary) =>
      summary.replaceAll(/<a [^>]*class="tsd-anchor-icon"[^]*?<\/a>/g, ''),
    )
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll(/<table>([^]*?)<\/table>/g, '<div class="table" tabindex="0"><table>$1</table></div>');
  tidied =
    page === undefined
      ? tidied.replaceAll(new RegExp(`<a class="run" href="${PAGE}[^>]*></a>`, 'g'), '')
      : tidied
          .replaceAll(`href="${PAGE}`, `href="${page}`)
          .replaceAll(/(<a class="run" [^>]*>)<\/a>/g, `$1${run}</a>`);
  if (page !== undefined && exercises.size > 0) {
    tidied = tidied.replaceAll(/<code>([\w-]+)<\/code>/g, (code, id: string) =>
      exercises.has(id) ? `<a href="${page}#/exercise/${id}">${code}</a>` : code,
    );
  }
  if (foreign) tidied = tidied.replaceAll(/<(?:div|section) class="[^"]*tsd-typography"/g, '$& lang="en"');
  return ordered(tidied);
} // prettier-ignore

/** Gives headings the levels that they have below each other, without a gap; each keeps the look of its old one. */
function ordered(html: string): string {
  const open: { readonly from: number; readonly to: number }[] = [];
  return html.replaceAll(/<(\/?)h([1-6])(?=[\s>])/g, (_, slash: string, digit: string) => {
    const from = Number(digit);
    if (slash !== '') return `</h${open.at(-1)?.to ?? from}`;
    while ((open.at(-1)?.from ?? 0) >= from) open.pop();
    const to = (open.at(-1)?.to ?? 0) + 1;
    open.push({ from, to });
    return `<h${to}`;
  });
}
