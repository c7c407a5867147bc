// @ts-check
/** Changes one byte of a copy, to see verification fail. */

import { h } from './dom.js';
import { plain } from './unseen.js';

/**
 * @typedef {{receipt: string, entry: {transactionId: string, collectionId: string, contents: string}}} Copy
 */

/** What can be changed, and how. @type {[string, string, (copy: Copy) => Copy][]} */
export const CHANGES = [
  ['entry', 'the entry as it is shown', (copy) => ({ ...copy, entry: { ...copy.entry, contents: letter(copy.entry.contents) } })],
  [
    'claim',
    'the claim in the receipt',
    inReceipt((answer) => {
      const claim = answer.applicationClaims[0].ledgerEntry;
      claim.contents = letter(claim.contents);
    }),
  ],
  [
    'writeSet',
    'the digest of the write set',
    inReceipt(({ receipt }) => {
      receipt.leafComponents.writeSetDigest = digit(receipt.leafComponents.writeSetDigest);
    }),
  ],
  [
    'path',
    'a neighbour on the Merkle path',
    inReceipt(({ receipt }) => {
      const [step] = receipt.proof;
      if (step?.left !== undefined) step.left = digit(step.left);
      else if (step) step.right = digit(step.right);
      else receipt.leafComponents.writeSetDigest = digit(receipt.leafComponents.writeSetDigest);
    }),
  ],
  ['nodeId', 'the node’s id', inReceipt(({ receipt }) => (receipt.nodeId = digit(receipt.nodeId)))],
  ['signature', 'the node’s signature', inReceipt(({ receipt }) => (receipt.signature = base64(receipt.signature)))],
];

/**
 * The letter that a text has in the place of another one, and what stands around it.
 * @param {string} before @param {string} after @param {number} around how many letters on each side
 * @returns {{left: string, letter: string, right: string}}
 */
export function change(before, after, around) {
  let at = 0;
  while (at < after.length && before[at] === after[at]) at++;
  return {
    left: `${at > around ? '…' : ''}${after.slice(Math.max(0, at - around), at)}`,
    letter: after.slice(at, at + 1),
    right: `${after.slice(at + 1, at + 1 + around)}${at + 1 + around < after.length ? '…' : ''}`,
  };
}

/** What a copy has in the place of one letter. @param {Copy} original @param {Copy} copy @param {number} around */
export const changeIn = (original, copy, around) =>
  original.entry.contents === copy.entry.contents
    ? change(JSON.stringify(JSON.parse(original.receipt)), copy.receipt, around)
    : change(original.entry.contents, copy.entry.contents, around);

/** The same as elements. @param {{left: string, letter: string, right: string}} change */
export const marked = ({ left, letter, right }) => [plain(left), h('mark', null, plain(letter)), plain(right)];

/** @param {(answer: any) => unknown} change @returns {(copy: Copy) => Copy} */
function inReceipt(change) {
  return (copy) => {
    const answer = JSON.parse(copy.receipt);
    change(answer);
    return { ...copy, receipt: JSON.stringify(answer) };
  };
}

/** Another letter in the middle. @param {string} text */
function letter(text) {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
}

/** Another last digit. @param {string} hexadecimal */
const digit = (hexadecimal) => hexadecimal.slice(0, -1) + (hexadecimal.at(-1) === '0' ? '1' : '0');

/** Another byte in the middle. @param {string} text */
function base64(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  bytes[bytes.length >> 1] ^= 1;
  return btoa(String.fromCharCode(...bytes));
}
