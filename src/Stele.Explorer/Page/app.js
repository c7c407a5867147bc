// @ts-check
/** The page: finds out where it is and who uses it, and shows the view that the address names. */

import { get } from './api.js';
import { fill, h } from './dom.js';
import { short } from './format.js';
import * as live from './live.js';
import * as session from './session.js';
import { state } from './state.js';
import * as theme from './theme.js';
import { failed, loading, notice } from './parts.js';
import * as trust from './trust.js';
import { collections } from './views/collections.js';
import { constitution } from './views/constitution.js';
import { entries } from './views/entries.js';
import { entry } from './views/entry.js';
import { members } from './views/members.js';
import { nodes } from './views/nodes.js';
import { overview } from './views/overview.js';
import { proposal, proposals } from './views/proposals.js';
import { signin } from './views/signin.js';
import { trustView } from './views/trust.js';
import { users } from './views/users.js';

/**
 * @typedef {{path: string[], query: URLSearchParams, signal: AbortSignal}} Route
 * @typedef {(route: Route) => Promise<Node> | Node} View
 */

/** @type {[string, string, View, string?][]} name in the address, title, view, and under which page of the menu it stands if not as one */
const PAGES = [
  ['', 'Overview', overview],
  ['collections', 'Collections', collections],
  ['entries', 'Entries', entries],
  ['nodes', 'Nodes', nodes],
  ['members', 'Members', members],
  ['proposals', 'Proposals', proposals],
  ['constitution', 'Constitution', constitution],
  ['users', 'Users and roles', users],
  ['trust', 'Trust', trustView],
  ['entry', 'Entry', entry, 'entries'],
  ['proposal', 'Proposal', proposal, 'proposals'],
  ['signin', 'Who you are', signin, 'signin'],
];

const main = element('main');
let current = new AbortController();

/** @param {string} id @returns {any} */
function element(id) {
  return document.getElementById(id);
}

async function start() {
  theme.start(element('theme'));
  fill(main, loading());
  try {
    state.config = await get('/explorer/config.json');
    await session.finishSignIn().catch((failure) => fill(element('banner'), notice('bad', failure.message)));
    await session.load();
  } catch (failure) {
    fill(main, failed(failure));
    return;
  }
  element('ledger-name').textContent = state.config.ledgerId;
  if (state.config.isVirtual) element('banner').append(virtualBanner());
  window.addEventListener('hashchange', () => void show(true));
  document.addEventListener('stele:session', () => {
    who();
    void show(false);
  });
  who();
  live.watch(head);
  void live.start();
  void warnOfChange();
  await show(false);
}

/** @param {boolean} moves whether the reader has gone from another page to this one */
async function show(moves) {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  const [where, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...path] = where.split('/').map(decode);
  const page = PAGES.find(([known]) => known === name);
  menu(page?.[3] ?? name);
  document.title = `${page?.[1] ?? 'Not found'} · ${state.config.ledgerId} · Stele`;
  fill(main, loading());
  try {
    const shown = page ? await page[2]({ path, query: new URLSearchParams(query), signal }) : missing();
    if (signal.aborted) return;
    fill(main, shown);
  } catch (failure) {
    if (signal.aborted) return;
    fill(main, failed(failure));
  }
  if (moves) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** @param {string} here */
function menu(here) {
  fill(
    element('pages'),
    PAGES.filter((page) => page[3] === undefined).map(([name, title]) =>
      h('li', null, h('a', { href: `#/${name}`, 'aria-current': name === here ? 'page' : null }, title)),
    ),
  );
  if (here === 'signin') element('who').setAttribute('aria-current', 'page');
  else element('who').removeAttribute('aria-current');
  element('pages').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function who() {
  const { session: one } = state;
  const chip = element('who');
  chip.textContent = one ? `${short(one.userId, 11)} · ${one.roles.join(', ')}` : 'Sign in';
  chip.title = one?.userId ?? state.refusal;
}

function head() {
  const { live: now } = live;
  fill(
    element('live'),
    now.failure
      ? h('span.lamp.bad', { role: 'status' }, 'not reachable')
      : [h('span.lamp', { 'aria-hidden': 'true' }), h('span.quiet', null, 'committed '), h('b', { id: 'head' }, now.head)],
  );
}

function virtualBanner() {
  return h(
    'div.virtual',
    { role: 'alert' },
    h('strong', null, 'Virtual: no enclave.'),
    ' Nothing of this node is attested: whoever runs the machine can read and change what it does. ',
    h('a', { href: '#/nodes' }, 'The nodes'),
  );
}

async function warnOfChange() {
  if (!(await trust.hasChanged().catch(() => false))) return;
  element('banner').append(
    h(
      'div.virtual',
      { role: 'alert' },
      h('strong', null, 'Another service certificate.'),
      ' The node presents another service certificate than the one that this browser remembers. After a recovery that is right; ' +
        'otherwise this is not the ledger that you knew. ',
      h('a', { href: '#/trust' }, 'Compare them'),
    ),
  );
}

const missing = () =>
  h('div', null, h('h1', null, 'Nothing here'), h('p', null, 'There is no such page. ', h('a', { href: '#/' }, 'To the overview')));

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

void start();
