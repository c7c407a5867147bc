// @ts-check
/** The ledger's head, asked for once a second while somebody looks. */

import { get } from './api.js';
import { transaction } from './format.js';

const EVERY_MS = 1000;
export const SAMPLES = 120;

/** @typedef {{head: string, seqno: number, rates: number[], failure: string}} Live */

/** @type {Live} */
export const live = { head: '', seqno: 0, rates: [], failure: '' };

/** @type {Set<() => void>} */
const watchers = new Set();
let lastAsked = 0;

/** Calls back after each answer, until the signal ends it. @param {() => void} watcher @param {AbortSignal} [signal] */
export function watch(watcher, signal) {
  watchers.add(watcher);
  signal?.addEventListener('abort', () => watchers.delete(watcher));
  if (live.head) watcher();
}

/** Begins to ask. */
export async function start() {
  for (;;) {
    if (!document.hidden) await ask();
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

async function ask() {
  try {
    const id = (await get('/node/commit')).transaction_id;
    const now = performance.now();
    const seqno = transaction(id)?.seqno ?? 0;
    if (lastAsked > 0) {
      live.rates.push(Math.max(0, (seqno - live.seqno) / ((now - lastAsked) / 1000)));
      if (live.rates.length > SAMPLES) live.rates.shift();
    }
    Object.assign(live, { head: id, seqno, failure: '' });
    lastAsked = now;
  } catch (failure) {
    live.failure = failure instanceof Error ? failure.message : String(failure);
  }
  for (const watcher of watchers) watcher();
}
