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
      const link = made('a', item, { href: base + path });
      // A long name may go on below between two of its words.
      for (const word of text.split(/(?<=[a-z])(?=[A-Z])/))
        link.append(word, document.createElement('wbr'));
      if (link.pathname === location.pathname) {
        link.classList.add('current');
        link.ariaCurrent = 'page';
      }
    }
    if (children !== undefined) listed(children, item);
  }
  return list;
}

/** Puts a button before what names a list; the list is made when it is first wanted. */
function foldable(label, name, make, open) {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'fold', textContent: '›' });
  button.ariaLabel = `${packages.dataset.expand} ${name}`;
  label.before(button);
  let list;
  const unfold = (open) => {
    if (open) list ??= make();
    if (list !== undefined) list.hidden = !open;
    button.ariaExpanded = String(open);
  };
  button.addEventListener('click', () => unfold(button.ariaExpanded !== 'true'));
  unfold(open);
}

for (const group of document.querySelectorAll('#site .group')) {
  const [label, list] = group.children;
  list.hidden = group.dataset.open === undefined;
  foldable(label, label.textContent, () => list, !list.hidden);
}
for (const details of document.querySelectorAll('.page-menu .tsd-page-navigation')) {
  if (matchMedia('(max-width: 1200px)').matches) details.open = false;
}
async function unfoldable() {
  if (packages === null || window.navigationData === undefined) return;
  const items = new Map([...packages.children].map((item) => [item.dataset.path, item]));
  for (const element of await unpacked(window.navigationData)) {
    const item = items.get(element.path);
    if (item === undefined || element.children === undefined) continue;
    const link = item.querySelector('a');
    const make = () => listed(element.children, item);
    foldable(link, element.text, make, link.classList.contains('current'));
  }
  const menu = document.querySelector('.site-menu');
  const current = menu.querySelector('[aria-current]') ?? menu.querySelector('.current');
  if (current !== null && getComputedStyle(menu).position === 'sticky') {
    const { top } = current.getBoundingClientRect();
    menu.scrollTop += top - menu.getBoundingClientRect().top - menu.clientHeight / 3;
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

// typedoc's script empties the status when it can search, and forgets what was typed before.
new MutationObserver((_, observer) => {
  observer.disconnect();
  document.getElementById('tsd-search-input').dispatchEvent(new Event('input'));
}).observe(document.getElementById('tsd-search-status'), { childList: true });

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

// The menu of a narrow screen opens to keys as well; typedoc's script hears only pointers.
document.getElementById('tsd-toolbar-menu-trigger').addEventListener('click', ({ detail }) => {
  if (detail !== 0) return;
  document.documentElement.classList.toggle('has-menu');
  document.querySelector('.col-sidebar summary').focus();
});
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') document.documentElement.classList.remove('has-menu');
});
