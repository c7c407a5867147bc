// @ts-check
import { get, getText } from '../api.js';
import { namesOf, person } from '../consortium.js';
import { diff } from '../diff.js';
import { fill, h } from '../dom.js';
import { contents, member, members as parts } from '../json.js';
import { badge, card, facts, heading, notice, table } from '../parts.js';
import { plain } from '../unseen.js';

const COLOURS = /** @type {Record<string, 'good' | 'bad' | 'warn' | 'plain'>} */ ({
  Open: 'warn',
  Accepted: 'good',
  Rejected: 'bad',
  Failed: 'bad',
});

/** What members have proposed: what is open, and what was decided last. @type {import('../app.js').View} */
export async function proposals({ signal }) {
  const [{ value }, members] = await Promise.all([get('/gov/members/proposals', {}, signal), get('/gov/service/members', {}, signal)]);
  const names = namesOf(members.value);
  const order = [...value].sort((a, b) => Number(b.proposalState === 'Open') - Number(a.proposalState === 'Open'));
  const found = order.map((one) => ({ id: one.proposalId, place: h('span', null, '…') }));
  const rows = order.map((/** @type {any} */ one, at) => [
    h('a', { href: `#/proposal/${one.proposalId}` }, `${one.proposalId.slice(0, 12)}…`),
    found[at].place,
    badge(COLOURS[one.proposalState] ?? 'plain', one.proposalState),
    String(one.ballotCount),
    person(names, one.proposerId),
  ]);
  void tellActions(found, signal);
  return h(
    'div',
    null,
    heading(
      'Proposals',
      'A proposal is a list of actions; all of them are done, or none. Members vote with ',
      h('code', null, 'stele member vote'),
      '.',
    ),
    card(null, table('Proposals', ['Proposal', 'Actions', 'State', 'Ballots', 'Proposed by'], rows, 'Nobody has proposed anything yet.')),
  );
}

/** @param {{id: string, place: HTMLElement}[]} found @param {AbortSignal} signal */
async function tellActions(found, signal) {
  for (const { id, place } of found) {
    if (signal.aborted) return;
    try {
      const { actions } = await get(`/gov/members/proposals/${encodeURIComponent(id)}/actions`, {}, signal);
      fill(place, h('code', null, plain(counted(actions.map((/** @type {any} */ action) => String(action.name))))));
    } catch {
      fill(place, h('span.quiet', null, 'not known')); // it may have been decided, and forgotten, meanwhile
    }
  }
}

/** Each name once, with how often it stands there: `set_member, set_user ×3`. @param {string[]} names */
export const counted = (names) =>
  [...new Set(names)]
    .map((name) => [name, names.filter((one) => one === name).length])
    .map(([name, count]) => (Number(count) > 1 ? `${name} ×${count}` : name))
    .join(', ');

/** One proposal: its actions, its votes, and what it would change. @type {import('../app.js').View} */
export async function proposal({ path: [id], signal }) {
  const at = `/gov/members/proposals/${encodeURIComponent(id ?? '')}`;
  const [one, actions, members] = await Promise.all([
    get(at, {}, signal),
    getText(`${at}/actions`, {}, signal),
    get('/gov/service/members', {}, signal),
  ]);
  const names = namesOf(members.value);
  const preview = one.proposalState === 'Open' ? await get(`${at}/preview`, {}, signal) : null;
  return h(
    'div',
    null,
    heading('Proposal', h('code.long', null, one.proposalId)),
    card(
      null,
      facts([
        ['State', badge(COLOURS[one.proposalState] ?? 'plain', one.proposalState)],
        ['Proposed by', person(names, one.proposerId, 24)],
        ['Ballots', String(one.ballotCount)],
      ]),
      one.failure ? notice('bad', one.failure.reason) : null,
    ),
    card('Votes', await votes(at, one, preview?.voters ?? Object.keys(one.finalVotes ?? {}), names, signal)),
    card(
      'Actions',
      // Each as it was proposed, letter for letter.
      parts(member(actions, 'actions') ?? '[]').map(({ text }) =>
        h('details', { open: true }, h('summary', null, h('code', null, JSON.parse(text).name)), contents(text)),
      ),
    ),
    card(preview ? 'What it would change' : 'What it changed', changes(preview)),
  );
}

/** @param {string} at @param {any} one @param {string[]} voters @param {Map<string, string | null>} names @param {AbortSignal} signal */
async function votes(at, one, voters, names, signal) {
  const everybody = new Set([...names.keys(), ...voters]);
  const rows = await Promise.all(
    [...everybody].map(async (member) => {
      const final = one.finalVotes?.[member];
      const verdict =
        final !== undefined
          ? badge(final ? 'good' : 'bad', final ? 'for' : 'against')
          : voters.includes(member)
            ? badge('warn', 'voted, not counted yet')
            : badge('plain', one.proposalState === 'Open' ? 'not yet' : 'did not vote');
      const script = voters.includes(member) ? await get(`${at}/ballots/${member}`, {}, signal) : null;
      return [
        person(names, member, 16),
        verdict,
        script && h('details', null, h('summary', null, 'Ballot'), h('pre.contents', { tabindex: 0 }, script)),
      ];
    }),
  );
  return table('Votes', ['Member', 'Vote', 'Ballot'], rows);
}

/** @param {any} preview null where it is decided */
function changes(preview) {
  if (preview === null)
    return h(
      'p.quiet',
      null,
      'It is decided. What it changed, the ledger’s history says: ',
      h('code', null, 'stele audit DIR --governance'),
      '.',
    );
  return h(
    'div',
    null,
    h('p.quiet', null, 'The node ran the constitution in force on the current state, and this came out. It is as trustworthy as the node.'),
    preview.failure ? notice('bad', `It would fail: ${preview.failure.reason}`) : null,
    preview.tasks.map((/** @type {string} */ task) => h('p', null, '→ ', task)),
    preview.changes.length === 0 && preview.tasks.length === 0 ? h('p', null, 'It changes no row of the ledger’s tables.') : null,
    preview.changes.map((/** @type {any} */ change) =>
      h(
        'section.change',
        null,
        h('h3', null, h('code', null, change.table), change.key === null ? null : [' ', h('code.quiet', null, change.key)]),
        diff(change.before, change.after),
      ),
    ),
  );
}
