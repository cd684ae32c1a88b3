// Unfolds what is in a package below its link, and keeps the page's own package unfolded.
const packages = document.getElementById('packages');
const base = document.documentElement.dataset.base;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return JSON.parse(await new Response(stream).text());
}

function made(tag, parent, properties = {}) {
  return parent.appendChild(Object.assign(document.createElement(tag), properties));
}

function listed(items, parent) {
  const list = made('ul', parent, { className: 'inside' });
  for (const { text, path, children } of items) {
    const item = made('li', list);
    if (path === undefined) made('span', item, { className: 'category', textContent: text });
    else {
      const link = made('a', item, { textContent: text, href: base + path });
      if (link.pathname === location.pathname) {
        link.classList.add('current');
        link.ariaCurrent = 'page';
      }
    }
    if (children !== undefined) listed(children, item);
  }
  return list;
}

/** Puts a button beside a package's link; its list is made when it is first wanted. */
function foldable(item, { text, children }) {
  const link = item.querySelector('a');
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'fold', textContent: '›' });
  button.ariaLabel = `${packages.dataset.expand} ${text}`;
  link.before(button);
  let list;
  const unfold = (open) => {
    list ??= listed(children, item);
    list.hidden = !open;
    button.ariaExpanded = String(open);
  };
  button.ariaExpanded = 'false';
  button.addEventListener('click', () => unfold(button.ariaExpanded !== 'true'));
  if (link.classList.contains('current')) unfold(true);
}

for (const details of document.querySelectorAll('.page-menu .tsd-page-navigation')) {
  if (matchMedia('(max-width: 1200px)').matches) details.open = false;
}
async function unfoldable() {
  if (packages === null || window.navigationData === undefined) return;
  const items = new Map([...packages.children].map((item) => [item.dataset.path, item]));
  for (const element of await unpacked(window.navigationData)) {
    const item = items.get(element.path);
    if (item !== undefined && element.children !== undefined) foldable(item, element);
  }
  const menu = document.querySelector('.site-menu');
  const current = menu.querySelector('[aria-current], .current');
  if (current !== null && getComputedStyle(menu).position === 'sticky') {
    menu.scrollTop = current.offsetTop - menu.clientHeight / 3;
  }
}
void unfoldable();

// What is searched is large, and loads when somebody wants to search.
const search = document.getElementById('tsd-search');
const load = () => {
  const script = document.getElementById('tsd-search-script');
  script.src = script.dataset.src;
};
search.addEventListener('focusin', load, { once: true });

// What is found is a choice, and a choice can have no link in it: the choice itself leads there.
new MutationObserver(() => {
  for (const link of search.querySelectorAll('#tsd-search-results a[href]')) {
    const { href } = link;
    link.removeAttribute('href');
    link.removeAttribute('tabindex');
    link.parentElement.addEventListener('click', ({ ctrlKey, metaKey }) => {
      if (ctrlKey || metaKey) open(href);
      else location.assign(href);
    });
  }
}).observe(document.getElementById('tsd-search-results'), { childList: true });
