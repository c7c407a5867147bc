// @ts-check
/** An entry and its receipt, from the node. */

import { ApiError, get, getText } from './api.js';
import { spelled } from './unseen.js';

const TRIES_MAX = 5;

/**
 * @typedef {{transactionId: string, collectionId?: string}} Asked what was asked for, and has to be what is proven
 * @typedef {{entry: any, receipt: string | null, asked: Asked, isElsewhere: boolean}} Found
 */

/**
 * The entry that a transaction wrote to a collection; where it wrote none there, or no collection is named, that of the collection
 * which the receipt's claim names.
 * @param {string} id @param {string | null} collection @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
export async function find(id, collection, signal) {
  const at = `/app/transactions/${encodeURIComponent(id)}`;
  const [there, receipt] = await Promise.all([collection ? entryAt(at, collection, signal) : null, receiptOf(at, signal)]);
  if (there) return { entry: there, receipt, asked: { transactionId: id, collectionId: collection ?? '' }, isElsewhere: false };
  const claimed = collectionIn(receipt);
  const isKnown = collection !== null && (claimed === null || claimed === collection);
  const entry = isKnown ? null : await entryAt(at, claimed, signal);
  if (entry) return { entry, receipt, asked: { transactionId: id }, isElsewhere: collection !== null };
  const where = collection ? `In collection ${spelled(collection)} there is no ${id}` : `Transaction ${id} wrote no entry`;
  const why = receipt === null ? 'its receipt, which names its collection, is not there yet' : 'its receipt names no other collection';
  throw new ApiError(404, 'UnknownLedgerEntry', `${where}; ${why}.`);
}

/**
 * The collection that a receipt claims; null where it claims none. Whether it does so rightly is for verification.
 * @param {string | null} receipt
 */
export function collectionIn(receipt) {
  try {
    const claims = JSON.parse(receipt ?? '{}').applicationClaims ?? [];
    const name = claims.map((/** @type {any} */ claim) => claim?.ledgerEntry?.collectionId).find(Boolean);
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}

/**
 * An entry, as soon as the node has it ready; null where the transaction wrote none to the collection.
 * @param {string} at @param {string | null} collection @param {AbortSignal} signal
 */
async function entryAt(at, collection, signal) {
  try {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const answer = await get(at, { collectionId: collection }, signal);
      if (answer.state !== 'Loading') return answer.entry;
    }
  } catch (failure) {
    if (failure instanceof ApiError && failure.code === 'UnknownLedgerEntry') return null;
    throw failure;
  }
  throw new Error('The transaction is not committed yet: ask again in a moment.');
}

/** The receipt as the text that came; null while there is none. @param {string} at @param {AbortSignal} signal */
async function receiptOf(at, signal) {
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    const text = await getText(`${at}/receipt`, {}, signal);
    if (!isAwaited(text)) return text;
  }
  return null;
}

/** Whether the receipt is still to come. What cannot be read is for verification to refuse. @param {string} answer */
function isAwaited(answer) {
  try {
    return JSON.parse(answer)?.receipt === null;
  } catch {
    return false;
  }
}
