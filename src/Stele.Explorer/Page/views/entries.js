// @ts-check
import { ApiError, get } from '../api.js';
import { firstNames, whileTyping } from '../collectionnames.js';
import { fill, h } from '../dom.js';
import { entryLink, rows } from '../entrylist.js';
import { local, transaction, universal, zone } from '../format.js';
import { paged } from '../paged.js';
import { card, heading, notice, refused } from '../parts.js';
import { may, require } from '../state.js';
import { spelled } from '../unseen.js';

const DEFAULT_COLLECTION = 'subledger:0';

/** Entries of a collection, page by page, from either end or from a moment on. @type {import('../app.js').View} */
export async function entries({ query, signal }) {
  require('historicalQuery');
  const seesNames = may('collections/read');
  const [known, tags] = await Promise.all([
    seesNames ? firstNames(signal) : { names: [] },
    seesNames ? get('/app/collections/tags', { collectionId: query.get('collection') }, signal).catch(() => ({ tags: [] })) : { tags: [] },
  ]);
  const { names } = known;
  const collection =
    query.get('collection') ?? (names.includes(DEFAULT_COLLECTION) ? DEFAULT_COLLECTION : (names[0] ?? DEFAULT_COLLECTION));
  const results = h('div', { 'aria-live': 'polite' });
  const found = card(null, results);
  /** @param {any} page */
  const add = (page) =>
    results.append(
      page.entries.length > 0
        ? rows(page.entries, signal)
        : h('p.quiet', null, results.children.length > 0 ? 'That was all.' : 'No entry is like that.'),
    );
  try {
    const [from, to] = await range(query, signal);
    const page = from === null ? { entries: [] } : await first(query, collection, { from, to }, signal);
    found.append(paged('More entries', page, add, signal));
  } catch (failure) {
    // Who asked for what cannot be asks again: the form stays.
    if (!(failure instanceof ApiError) || failure.status !== 400) throw failure;
    fill(results, refused(failure));
  }
  return h('div', null, heading('Entries'), search(query, collection, known, tags.tags, signal), found);
}

/**
 * @param {URLSearchParams} query @param {string} collection
 * @param {{from: string | undefined, to: string | null | undefined}} range @param {AbortSignal} signal
 */
async function first(query, collection, { from, to }, signal) {
  const isAscending = query.get('order') === 'ascending';
  return get(
    '/app/transactions',
    {
      collectionId: collection,
      tag: query.get('tag'),
      order: isAscending ? 'ascending' : 'descending',
      fromTransactionId: from,
      toTransactionId: to,
    },
    signal,
  );
}

/**
 * Between which transactions the moments are that are asked for.
 * @param {URLSearchParams} query @param {AbortSignal} signal
 */
async function range(query, signal) {
  const [from, to] = [momentIn(query.get('from')), momentIn(query.get('to'))];
  if (from && to && from > to) throw new ApiError(400, 'InvalidInput', 'The range is reversed: it begins after its end.');
  return Promise.all([edge(from, signal), edge(to, signal)]);
}

/** A moment of an address; what names no time zone is in the reader's. @param {string | null} text */
function momentIn(text) {
  if (!text) return undefined;
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new ApiError(400, 'InvalidInput', `${spelled(text)} is no moment: one is written as 2026-07-31T12:00:00Z.`);
}

/**
 * The first transaction that was signed at a moment or later.
 * @param {Date | undefined} moment
 * @param {AbortSignal} signal
 * @returns {Promise<string | null | undefined>} undefined where no moment is asked for, null where all is older
 */
async function edge(moment, signal) {
  if (!moment) return undefined;
  try {
    return (await get('/app/signatures', { time: moment.toISOString() }, signal)).firstTransactionId;
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) return null;
    throw failure;
  }
}

/**
 * @param {URLSearchParams} query @param {string} collection @param {import('../collectionnames.js').Names} known
 * @param {string[]} tags @param {AbortSignal} signal
 */
function search(query, collection, known, tags, signal) {
  const id = h('input', { name: 'id', inputmode: 'decimal', placeholder: 'as 2.18', autocomplete: 'off', size: 9 });
  const named = h('input', { name: 'collection', list: 'collections', value: collection, required: true, autocomplete: 'off' });
  const suggestions = h('datalist', { id: 'collections' }, options(known.names));
  if (known.nextLink) whileTyping(named, (names) => fill(suggestions, options(names)), signal);
  const problem = h('div');
  const moments = { from: inputOf(query.get('from')), to: inputOf(query.get('to')) };
  const isNarrowed = ['tag', 'from', 'to', 'order'].some((name) => query.get(name));
  const controls = { type: 'button', 'aria-expanded': String(isNarrowed), 'aria-controls': 'fields' };
  const more = h('button.more-fields', controls, 'By tag, time or id');
  const form = h(
    'form.search',
    { role: 'search', 'aria-label': 'Entries' },
    field('Collection', named),
    more,
    h(
      'div.fields',
      { id: 'fields' },
      field(
        'Tag',
        h('input', { name: 'tag', list: 'tags', value: query.get('tag') ?? '', placeholder: 'any', autocomplete: 'off', size: 10 }),
      ),
      field(`Signed from, your time (${zone()})`, h('input', { name: 'from', type: 'datetime-local', step: 1, value: moments.from })),
      field(`Signed before, your time (${zone()})`, h('input', { name: 'to', type: 'datetime-local', step: 1, value: moments.to })),
      field(
        'Order',
        h('select', { name: 'order' }, option('descending', 'newest first', query), option('ascending', 'oldest first', query)),
      ),
      field('Transaction', id),
    ),
    h('button.primary', { type: 'submit' }, 'Show'),
    suggestions,
    h('datalist', { id: 'tags' }, options(tags)),
  );
  more.addEventListener('click', () => more.setAttribute('aria-expanded', String(more.getAttribute('aria-expanded') === 'false')));
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const data = new FormData(form);
    if (id.value.trim() !== '') {
      if (!transaction(id.value)) return fill(problem, notice('bad', 'A transaction id is view and seqno with a point between, as 2.18.'));
      location.hash = entryLink(id.value.trim(), String(data.get('collection')));
      return undefined;
    }
    const asked = new URLSearchParams();
    for (const name of ['collection', 'tag', 'order']) if (data.get(name)) asked.set(name, String(data.get(name)));
    for (const name of ['from', 'to']) if (data.get(name)) asked.set(name, universal(String(data.get(name))));
    location.hash = `#/entries?${asked}`;
    return undefined;
  });
  return card(null, form, problem);
}

/** A moment of an address for its input. @param {string | null} text */
const inputOf = (text) => (text && !Number.isNaN(Date.parse(text)) ? local(new Date(text)) : '');

/** @param {string} name @param {Node} input */
const field = (name, input) => h('label', null, h('span', null, name), input);

/** @param {string} value @param {string} text @param {URLSearchParams} query */
const option = (value, text, query) => h('option', { value, selected: query.get('order') === value }, text);

/** @param {string[]} values */
const options = (values) => values.map((value) => h('option', { value }));
