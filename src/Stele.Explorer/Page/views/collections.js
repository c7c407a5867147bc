// @ts-check
import { get } from '../api.js';
import { lower, namesOf, whileTyping } from '../collectionnames.js';
import { fill, h } from '../dom.js';
import { paged } from '../paged.js';
import { card, heading, loading } from '../parts.js';
import { require } from '../state.js';
import { plain } from '../unseen.js';

const ABOUT = 'Entries stand in collections, each in the order in which it was written.';

/** The collections, and the tags in each. @type {import('../app.js').View} */
export async function collections({ signal }) {
  require('collections/read');
  const list = h('ul.collections');
  const page = await get('/app/collections', {}, signal);
  if (page.collections.length === 0)
    return h('div', null, heading('Collections', ABOUT), h('p.quiet', null, 'The ledger has no entry yet.'));
  /** @param {any} one */
  const take = (one) => list.append(...namesOf(one.collections).map((name) => item(name, signal)));
  const all = h('div', null, list, paged('More', page, take, signal));
  const some = h('ul.collections', { hidden: true });
  const text = `Find a collection by ${page.nextLink ? 'how its name begins' : 'its name'}`;
  const find = h('input', { type: 'search', placeholder: text, 'aria-label': text });
  // What is not here yet is asked for.
  if (page.nextLink) {
    whileTyping(
      find,
      (names, typed) => {
        all.hidden = typed !== '';
        some.hidden = typed === '';
        fill(some, names.map((name) => item(name, signal)));
      },
      signal,
    );
  } else {
    find.addEventListener('input', () => {
      for (const one of list.children) one.hidden = !lower(one.dataset.name).includes(lower(find.value));
    });
  }
  return h('div', null, heading('Collections', ABOUT), card(null, find, all, some));
}

/** @param {string} name @param {AbortSignal} signal */
function item(name, signal) {
  const tags = h('div.tags');
  const toggle = h(
    'button.small',
    {
      type: 'button',
      'aria-expanded': 'false',
      onclick: async () => {
        const opens = toggle.getAttribute('aria-expanded') === 'false';
        toggle.setAttribute('aria-expanded', String(opens));
        if (!opens) return fill(tags);
        fill(tags, loading());
        const found = (await get('/app/collections/tags', { collectionId: name }, signal)).tags;
        return fill(
          tags,
          found.length === 0
            ? h('span.quiet', null, 'No tags')
            : found.map((/** @type {string} */ tag) => h('a.tag', { href: to(name, tag) }, plain(tag))),
        );
      },
    },
    'Tags',
  );
  const line = h('li', null, h('a.collection', { href: to(name) }, plain(name)), toggle, tags);
  line.dataset.name = name;
  return line;
}

/** @param {string} collection @param {string} [tag] */
const to = (collection, tag) => `#/entries?${new URLSearchParams({ collection, ...(tag ? { tag } : {}) })}`;
