// @ts-check
import { get } from '../api.js';
import { h } from '../dom.js';
import { digest, hex } from '../format.js';
import { card, facts, heading } from '../parts.js';

/** The rules by which members decide. @type {import('../app.js').View} */
export async function constitution({ signal }) {
  const script = await get('/gov/service/constitution', {}, signal);
  const sum = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script)));
  const lines = script.split('\n');
  return h(
    'div',
    null,
    heading(
      'Constitution',
      'A script on the ledger: it says which proposals are valid, when one is accepted, and what it then does. ' +
        'Members change it as they change anything else.',
    ),
    card(
      null,
      facts([
        ['SHA-256', digest(sum, 64)],
        ['Lines', String(lines.length)],
      ]),
      h(
        'pre.code',
        { tabindex: 0, 'aria-label': 'The constitution' },
        lines.map((/** @type {string} */ line) => h('span.line', null, `${line}\n`)),
      ),
    ),
  );
}
