// @ts-check
/** What an entry holds, and in a copy the letter that was changed. */

import { get } from './api.js';
import { fill, h } from './dom.js';
import { time } from './format.js';
import { contents, isJson } from './json.js';
import { badge, card, facts } from './parts.js';
import { change, marked } from './tamper.js';
import { plain } from './unseen.js';

const AROUND = 2000;

/**
 * @param {any} one the entry @param {AbortSignal} signal
 * @returns {{element: Node, show: (written: string) => void}} to show the entry, or what a copy has in its place
 */
export function contentsCard(one, signal) {
  const signed = h('span', null, '…');
  get('/app/signatures', { transactionId: one.transactionId }, signal).then(
    (signature) => fill(signed, time(signature.time), h('span.quiet', null, ` in ${signature.transactionId}, by the node’s clock`)),
    () => fill(signed, 'not yet'),
  );
  const shown = h('div', { id: 'contents' });
  /** @type {string} */
  let now;
  const asStored = h('button.small', { type: 'button', 'aria-pressed': 'false' }, 'As it was written');
  /** @param {string} written */
  const draw = (written) => {
    now = written;
    const isRaw = asStored.getAttribute('aria-pressed') === 'true';
    asStored.disabled = written !== one.contents;
    if (written !== one.contents) fill(shown, altered(one.contents, written));
    else fill(shown, isRaw ? h('pre.contents', { tabindex: 0 }, plain(written)) : contents(written));
  };
  asStored.addEventListener('click', () => {
    asStored.setAttribute('aria-pressed', String(asStored.getAttribute('aria-pressed') === 'false'));
    draw(one.contents);
  });
  draw(one.contents);
  const element = card(
    'Contents',
    facts([
      ['Collection', h('a', { href: `#/entries?${new URLSearchParams({ collection: one.collectionId })}` }, plain(one.collectionId))],
      ['Signed', signed],
      ['Size', `${new TextEncoder().encode(one.contents).length.toLocaleString('en')} bytes`],
      ['Kind', isJson(one.contents) ? [badge('plain', 'JSON'), ' ', asStored] : badge('plain', 'text')],
    ]),
    shown,
  );
  return { element, show: (written) => (written === now ? undefined : draw(written)) };
}

/** @param {string} before @param {string} after */
const altered = (before, after) => [
  h('p', null, badge('warn', 'a copy'), ' One letter is another one than in the entry:'),
  h('pre.contents', { tabindex: 0, 'aria-label': 'Contents of the copy' }, marked(change(before, after, AROUND))),
];
