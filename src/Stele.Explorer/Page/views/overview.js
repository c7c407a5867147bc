// @ts-check
import { get } from '../api.js';
import { h } from '../dom.js';
import { rows } from '../entrylist.js';
import { digest, number, short } from '../format.js';
import { live, SAMPLES, watch } from '../live.js';
import { paged } from '../paged.js';
import { badge, card, facts, heading } from '../parts.js';
import { plot } from '../plot.js';
import { may, state } from '../state.js';
import { fingerprintOf, remembered, trusted } from '../trust.js';

/** Where the ledger is, how it does, what it runs on. @type {import('../app.js').View} */
export async function overview({ signal }) {
  const [network, node, version, nodes, members, proposals] = await Promise.all([
    get('/node/network', {}, signal),
    get('/node/state', {}, signal),
    get('/node/version', {}, signal),
    get('/node/network/nodes', {}, signal),
    get('/gov/service/members', {}, signal),
    get('/gov/members/proposals', {}, signal),
  ]);
  await trusted();
  return h(
    'div',
    null,
    heading('Overview'),
    h('div.tiles', null, headTile(signal), ...tiles(network, nodes.nodes, members.value, proposals.value)),
    throughput(signal),
    h(
      'div.columns',
      null,
      card(
        'This node',
        facts([
          ['Node', digest(node.node_id)],
          ['State', badge(node.state === 'PartOfNetwork' && !node.trouble ? 'good' : 'bad', node.trouble ?? words(node.state))],
          ['Platform', state.config.isVirtual ? badge('bad', 'Virtual: nothing is attested') : badge('good', state.config.platform)],
          ['Release', version.ccf_version.replace('stele-', 'Stele ')],
          ['Started at', `seqno ${number(node.startup_seqno)}`],
        ]),
      ),
      card(
        'The service',
        facts([
          ['Status', badge(network.service_status === 'Open' ? 'good' : 'warn', words(network.service_status))],
          ['Certificate', digest(await fingerprintOf(network.service_certificate), 23)],
          [
            'Trusted here',
            h('a', { href: '#/trust' }, remembered()?.source === 'pasted' ? 'yes, you brought it' : 'as the node first said'),
          ],
          ['View', number(network.current_view ?? 0)],
          ['Recovered', network.recovery_count === 0 ? 'never' : `${network.recovery_count} times`],
        ]),
      ),
    ),
    await newest(signal),
  );
}

/** @param {AbortSignal} signal */
function headTile(signal) {
  const value = h('b.tile-value', null, live.head || '…');
  watch(() => (value.textContent = live.head), signal);
  return h('a.tile.lead-tile', { href: '#/entries' }, h('span.tile-name', null, 'Committed'), value);
}

/** @param {any} network @param {any[]} nodes @param {any[]} members @param {any[]} proposals */
function tiles(network, nodes, members, proposals) {
  const trustedNodes = nodes.filter((node) => node.status === 'Trusted').length;
  const open = proposals.filter((one) => one.proposalState === 'Open').length;
  return [
    tile('nodes', 'Nodes', String(trustedNodes), network.primary_id ? `primary ${short(network.primary_id, 8)}` : 'no primary'),
    tile('members', 'Members', String(members.filter((member) => member.status === 'Active').length), `of ${members.length} active`),
    tile('proposals', 'Open proposals', String(open), open === 1 ? 'waits for votes' : open > 0 ? 'wait for votes' : 'nothing to vote on'),
  ];
}

/** @param {string} name @param {string} title @param {string} value @param {string} note */
const tile = (name, title, value, note) =>
  h('a.tile', { href: `#/${name}` }, h('span.tile-name', null, title), h('b.tile-value', null, value), h('span.tile-note', null, note));

/** @param {AbortSignal} signal */
function throughput(signal) {
  const { element, draw } = plot('transactions a second', SAMPLES);
  const now = h('b', { id: 'rate' }, '0');
  watch(() => {
    draw(live.rates);
    now.textContent = number(live.rates.at(-1) ?? 0);
  }, signal);
  return card('Committed transactions a second', h('p.quiet', null, now, ' now, signatures included'), element);
}

/** @param {AbortSignal} signal */
async function newest(signal) {
  if (!may('historicalQuery') || !may('collections/read')) {
    const why = state.session ? 'Your roles lack historicalQuery or collections/read.' : h('a', { href: '#/signin' }, 'Sign in');
    return card('Newest entries', h('p.quiet', null, 'Entries are for users of the ledger. ', why));
  }
  const list = h('div', { 'aria-live': 'polite' });
  /** @param {any} page */
  const add = (page) => {
    const ended = list.children.length > 0 ? 'That was all.' : 'The ledger has no entry yet.';
    const none = page.nextLink ? 'The last transactions wrote none.' : ended;
    list.append(page.entries.length > 0 ? rows(page.entries, signal, true) : h('p.quiet', null, none));
  };
  const more = paged('Earlier entries', await get('/app/entries', {}, signal), add, signal);
  return card('Newest entries', list, more);
}

/** `PartOfNetwork` as words. @param {string} name */
const words = (name) => name.replace(/(?<!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
