// @ts-check
/** Lists that come in pages. */

import { get } from './api.js';
import { fill, h } from './dom.js';
import { refused } from './parts.js';

/**
 * Takes a page, and each further one when it is asked for: once, and again where that failed.
 * @param {string} text what the button says
 * @param {any} page the first one
 * @param {(page: any) => void} take
 * @param {AbortSignal} signal
 * @returns {HTMLElement} the place of the button
 */
export function paged(text, page, take, signal) {
  const place = h('p.more');
  /** @param {any} taken */
  const add = (taken) => {
    take(taken);
    fill(place, taken.nextLink ? further(taken.nextLink) : null);
  };
  /** @param {string} address */
  const further = (address) => {
    const button = h('button', { type: 'button' }, text);
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        add(await get(address, {}, signal));
      } catch (failure) {
        if (!signal.aborted) fill(place, further(address), refused(failure));
      }
    });
    return button;
  };
  add(page);
  return place;
}
