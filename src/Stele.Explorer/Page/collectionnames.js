// @ts-check
/** Names of collections: the first of them, and those that begin as somebody types. A ledger may have more than a page can hold. */

import { get } from './api.js';

const PAUSE_MS = 150;

/** @typedef {{names: string[], nextLink?: string}} Names */

/**
 * The first collections, by name.
 * @param {AbortSignal} signal @returns {Promise<Names>} with a link where there are more
 */
export async function firstNames(signal) {
  const { collections, nextLink } = await get('/app/collections', {}, signal);
  return { names: namesOf(collections), nextLink };
}

/** @param {any[]} collections */
export const namesOf = (collections) => collections.map((one) => one.collectionId);

/**
 * Calls back with the names that begin with what an input has, in large letters or small, a moment after it was typed: the node gives
 * names in order, from behind one on.
 * @param {HTMLInputElement} input @param {(names: string[], typed: string) => void} found @param {AbortSignal} signal
 */
export function whileTyping(input, found, signal) {
  let typing = new AbortController();
  input.addEventListener('input', async () => {
    typing.abort();
    typing = new AbortController();
    const now = AbortSignal.any([typing.signal, signal]);
    const typed = input.value;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (now.aborted) return;
    try {
      const pages = await Promise.all(spellings(typed).map((one) => get('/app/collections', { after: before(one) }, now)));
      const names = new Set(pages.flatMap((page) => namesOf(page.collections)));
      if (!now.aborted) found([...names].filter((name) => lower(name).startsWith(lower(typed))).sort(), typed);
    } catch {
      // It is a help: whoever types the whole name needs none.
    }
  });
}

/** As names are usually written: the node knows large letters from small ones. @param {string} typed */
export const spellings = (typed) => [
  ...new Set([typed, lower(typed), typed.toUpperCase(), lower(typed).replace(/^./u, (first) => first.toUpperCase())]),
];

/** @param {string} text */
export const lower = (text) => text.toLowerCase();

/** What stands in order right before all that begins with a text. @param {string} text */
function before(text) {
  const letters = [...text];
  const last = letters.pop()?.codePointAt(0);
  return last ? `${letters.join('')}${String.fromCodePoint(last - 1)}\u{10ffff}` : '';
}
