// @ts-check
/** Parts that several views are made of. */

import { ApiError } from './api.js';
import { h } from './dom.js';
import { Forbidden, state } from './state.js';

/** @typedef {import('./dom.js').Child} Child */

/** The head of a view. @param {string} title @param {...Child} below */
export const heading = (title, ...below) =>
  h('header.heading', null, h('h1', null, title), below.length > 0 ? h('p.lead', null, below) : null);

/** @param {string | null} title @param {...Child} children */
export const card = (title, ...children) =>
  h('section.card', title ? { 'aria-label': title } : null, title ? h('h2', null, title) : null, children);

/** @param {'good' | 'bad' | 'warn' | 'plain'} kind @param {...Child} children */
export const notice = (kind, ...children) => h(`div.notice.${kind}`, { role: kind === 'bad' ? 'alert' : 'status' }, children);

/** @param {'good' | 'bad' | 'warn' | 'plain'} kind @param {...Child} children */
export const badge = (kind, ...children) => h(`span.badge.${kind}`, null, children);

export const loading = () => h('div.loading', { role: 'status' }, h('span.spinner', { 'aria-hidden': 'true' }), 'Loading');

/** Names and what they are. @param {[string, Child][]} rows */
export const facts = (rows) =>
  h(
    'dl.facts',
    null,
    rows.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );

/** @param {string} caption @param {string[]} columns @param {Child[][]} rows @param {Child} [none] */
export function table(caption, columns, rows, none = 'There are none.') {
  if (rows.length === 0) return h('p.quiet', null, none);
  return h(
    'div.scroll',
    { tabindex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      null,
      h('caption.hidden', null, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map((column) => h('th', { scope: 'col' }, column)),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) =>
          h(
            'tr',
            null,
            row.map((cell, at) => h('td', { 'data-name': columns[at] }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** What went wrong, and what to do. @param {unknown} failure */
export function failed(failure) {
  const isRefusal = failure instanceof ApiError;
  const needsSignIn = failure instanceof Forbidden || (isRefusal && (failure.status === 401 || failure.status === 403));
  return h(
    'div',
    null,
    heading(needsSignIn ? 'Not for everyone' : isRefusal && failure.status === 404 ? 'Not found' : 'That did not work'),
    notice(needsSignIn ? 'warn' : 'bad', failure instanceof Error ? failure.message : String(failure)),
    needsSignIn && !state.session ? h('p', null, h('a.button', { href: '#/signin' }, 'How to sign in')) : null,
  );
}

/** Why a part of a page is not there. @param {unknown} failure */
export const refused = (failure) => notice('bad', failure instanceof Error ? failure.message : String(failure));

/** Text in which a command stands, to copy. @param {string} text */
export const command = (text) => h('pre.command', { tabindex: 0 }, text);
