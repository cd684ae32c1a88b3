/** What explanations are written in: a little Markdown, with formulas that become MathML when the page is built. */
import temml from 'temml';

/**
 * HTML of paragraphs with *stress*, `code` and [links](https://…), `## headings`, `- lists`, `> claims of the course`, and formulas:
 * `$x$` within a line, `$$x$$` as a paragraph. `\tensor{z^t}` is a symbol whose tensor an exercise shows under that name,
 * `\tensor[its name]{z^t}` one that it shows under another. A paragraph that begins with `$$ % rows 4 5` is a formula of those rows of
 * the course, which the page of their section shows. A claim that begins with `> % measured in dropout-0: a check; another` is held against
 * those checks of that variant.
 */
export function htmlOf(source: string): string {
  return source
    .replaceAll('\r', '')
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(blockOf)
    .join('\n');
}

function blockOf(block: string): string {
  const formula = /^\$\$(?: % rows ([\d ]+)\n)?([^]*)\$\$$/.exec(block);
  if (formula !== null) {
    const [, rows, tex] = formula;
    const answers = rows === undefined ? '' : ` data-rows="${rows.trim()}"`;
    return `<div class="formula" tabindex="0" role="group"${answers}>${mathOf(tex!, true)}</div>`;
  }
  if (block.startsWith('## ')) return `<h2>${lineOf(block.slice(3))}</h2>`;
  if (block.startsWith('> ')) {
    const [, measured, claim] = /^(?:% measured (.+)\n)?([^]*)$/.exec(
      block.replaceAll(/^> ?/gm, ''),
    )!; // it matches anything
    const by = measured === undefined ? '' : ` data-measured="${escaped(measured)}"`;
    return `<blockquote class="claim"${by}>${lineOf(claim!)}</blockquote>`;
  }
  if (block.startsWith('- ')) {
    const items = block.split(/^- /m).slice(1);
    return `<ul>${items.map((item) => `<li>${lineOf(item.trim())}</li>`).join('')}</ul>`;
  }
  return `<p>${lineOf(block)}</p>`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** A line's marks; what is between them is text. Lines of a paragraph are joined: in Japanese without a space. */
function lineOf(text: string): string {
  const marks = /\$([^$]+)\$|`([^`]+)`|\*([^*]+)\*|\[([^\]]+)\]\((https:[^)\s]+)\)/g;
  const joined = text
    .replaceAll(/([\u2e80-\uffff])\n(?=[\u2e80-\uffff])/g, '$1')
    .replaceAll('\n', ' ');
  let html = '';
  let at = 0;
  for (const mark of joined.matchAll(marks)) {
    const [whole, formula, code, stressed, link, target] = mark;
    html += escaped(joined.slice(at, mark.index));
    if (formula !== undefined) html += mathOf(formula, false);
    else if (code !== undefined) html += `<code>${escaped(code)}</code>`;
    else if (stressed !== undefined) html += `<em>${escaped(stressed)}</em>`;
    else html += `<a href="${escaped(target!)}">${escaped(link!)}</a>`;
    at = mark.index + whole.length;
  }
  return html + escaped(joined.slice(at));
}

function mathOf(tex: string, displayMode: boolean): string {
  const names: string[] = [];
  const named = tex.replaceAll(
    /\\tensor(?:\[([^\]]+)\])?\{((?:[^{}]|\{[^{}]*\})*)\}/g,
    (_, name: string | undefined, symbol: string) =>
      `\\data{tensor=${names.push(name ?? symbol) - 1}}{${symbol}}`,
  );
  const options = { displayMode, trust: true, throwOnError: true };
  return (
    temml
      .renderToString(named.trim(), options)
      // Styles within elements are what a strict page refuses; those of the classes are in its sheet.
      .replaceAll(/ style="[^"]*"/g, '')
      .replaceAll(
        /data-tensor="(\d+)"/g,
        (_, n: string) => `tabindex="0" data-tensor="${escaped(names[Number(n)]!)}"`,
      )
  );
}
