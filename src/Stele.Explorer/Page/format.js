// @ts-check
/** How things are written. */

import { h } from './dom.js';

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const TIMES = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** @param {number} value */
export const number = (value) => NUMBERS.format(value);

/** A digest's beginning. @param {string} text @param {number} [length] */
export const short = (text, length = 12) => (text.length > length ? `${text.slice(0, length)}…` : text);

/** A moment, in the reader's time zone, which it names, with UTC for who hovers. @param {string | null} iso */
export function time(iso) {
  if (iso === null) return h('span.quiet', null, 'at an unknown time');
  const moment = new Date(iso);
  return h('time', { datetime: iso, title: iso }, TIMES.format(moment));
}

/** The reader's time zone, as `GMT+9`. @param {Date} [moment] since there is summer time */
export const zone = (moment = new Date()) => TIMES.formatToParts(moment).find((part) => part.type === 'timeZoneName')?.value ?? '';

/** A moment as inputs have it, in the reader's time zone. @param {Date} moment */
export const local = (moment) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

/** A moment as addresses have it, the same for everybody. @param {string} input as an input gives it, in the reader's time zone */
export const universal = (input) => new Date(input).toISOString().replace('.000Z', 'Z');

/** A digest or id in full, of which the beginning shows; a click copies it. @param {string} text @param {number} [length] */
export function digest(text, length = 12) {
  const button = h('button.digest', { type: 'button', title: `${text}\nClick to copy`, 'aria-label': `Copy ${text}` }, short(text, length));
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
      setTimeout(() => (button.textContent = short(text, length)), 900);
    } catch {
      button.textContent = text; // no clipboard here: then all of it shows
    }
  });
  return button;
}

/** @param {string} id @returns {{view: number, seqno: number} | null} */
export function transaction(id) {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(id.trim());
  return match ? { view: Number(match[1]), seqno: Number(match[2]) } : null;
}

/** Hexadecimal of bytes. @param {ArrayBuffer | Uint8Array} bytes */
export const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** As certificates' fingerprints are written. @param {string} text hexadecimal */
export const fingerprint = (text) => (text.toUpperCase().match(/../g) ?? []).join(':');
