// @ts-check
import { getText } from '../api.js';
import { namesOf, person, recoveryOf } from '../consortium.js';
import { h } from '../dom.js';
import { contents, member as part, members as parts } from '../json.js';
import { badge, card, heading, table } from '../parts.js';
import { state } from '../state.js';

/** The consortium. @type {import('../app.js').View} */
export async function members({ signal }) {
  const answer = await getText('/gov/service/members', {}, signal);
  const each = parts(part(answer, 'value') ?? '[]').map(({ text }) => ({ member: JSON.parse(text), data: part(text, 'memberData') }));
  const names = namesOf(each.map(({ member }) => member));
  const rows = each.map(({ member, data }) => [
    person(names, member.memberId, 32),
    badge(member.status === 'Active' ? 'good' : 'warn', member.status === 'Active' ? 'Active' : 'Has not acknowledged yet'),
    recoveryOf(member),
    data === undefined ? '' : contents(data),
  ]);
  return h(
    'div',
    null,
    heading(
      'Members',
      'They decide together who uses the ledger, which nodes join it, and by what rules.',
      // Where nothing is attested, whoever runs the machines can do without a vote.
      state.config.isVirtual ? null : ' Whoever runs the machines has no vote.',
    ),
    card(null, table('Members', ['Member', 'Status', 'Recovery', 'Data'], rows)),
    card(
      'Is it they?',
      h(
        'p',
        null,
        'Names are what somebody proposed. The first members stand in the ledger’s first transaction. Compare these ids with the ' +
          'people you know: an id is the SHA-256 of a member’s certificate, which the member can compute alone.',
      ),
    ),
  );
}
