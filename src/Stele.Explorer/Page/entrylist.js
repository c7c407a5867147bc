// @ts-check
/** Entries in a list, each a link to its page. */

import { get } from './api.js';
import { h } from './dom.js';
import { time, transaction } from './format.js';
import { isJson } from './json.js';
import { badge } from './parts.js';
import { plain } from './unseen.js';

const PREVIEW = 160;

/** @param {string} id @param {string} collection */
export const entryLink = (id, collection) => `#/entry/${encodeURIComponent(id)}?${new URLSearchParams({ collection })}`;

/**
 * Entries as a list of links, each with its time as soon as that is known.
 * @param {any[]} found @param {AbortSignal} signal
 * @param {boolean} [ofAll] whether they are of all collections: then each says of which
 */
export function rows(found, signal, ofAll = false) {
  const lines = found.map((one) => {
    const when = h('span.row-time', null, ' ');
    const line = h(
      'li',
      null,
      h(
        'a.row',
        { href: entryLink(one.transactionId, one.collectionId) },
        h('span.row-id', null, one.transactionId),
        h('span.row-text', null, plain(one.contents.slice(0, PREVIEW))),
        ofAll
          ? h('span.row-collection', { title: one.collectionId }, plain(one.collectionId))
          : badge('plain', isJson(one.contents.slice(0, 100_000)) ? 'JSON' : 'text'),
        when,
      ),
    );
    return { id: one.transactionId, when, line };
  });
  void tellTimes(lines, signal);
  return h(
    'ol.rows',
    null,
    lines.map(({ line }) => line),
  );
}

/**
 * One signature covers many entries: each is asked for once.
 * @param {{id: string, when: HTMLElement}[]} lines @param {AbortSignal} signal
 */
async function tellTimes(lines, signal) {
  const waiting = [...lines];
  try {
    while (waiting.length > 0 && !signal.aborted) {
      const { id } = waiting[0];
      const signature = await get('/app/signatures', { transactionId: id }, signal);
      const until = transaction(signature.transactionId)?.seqno ?? 0;
      const from = transaction(signature.firstTransactionId)?.seqno ?? 0;
      for (let at = waiting.length - 1; at >= 0; at--) {
        const seqno = transaction(waiting[at].id)?.seqno ?? 0;
        if (at === 0 || (seqno >= from && seqno <= until)) waiting.splice(at, 1)[0].when.replaceChildren(time(signature.time));
      }
    }
  } catch {
    // Entries are worth showing without their times.
  }
}
