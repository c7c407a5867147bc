// @ts-check
import { all, ApiError, get, send } from '../api.js';
import { fill, h } from '../dom.js';
import { digest, number } from '../format.js';
import { badge, card, heading, notice, table } from '../parts.js';
import { may, require, state } from '../state.js';

const USERS_MAX = 2000;
const BUILT_IN = ['Reader', 'Contributor', 'Administrator'];
const PREFIX = 'Microsoft.ConfidentialLedger/ledger/';

/** Who uses the ledger, and what they may do. @type {import('../app.js').View} */
export async function users({ signal }) {
  require('users/readall');
  const box = h('div');
  const problem = h('div', { 'aria-live': 'assertive' });
  /** @param {() => Promise<unknown>} done false where nothing was changed */
  const change = async (done) => {
    try {
      if ((await done()) !== false) await show();
    } catch (failure) {
      fill(problem, notice('bad', failure instanceof Error ? failure.message : String(failure)));
    }
  };
  const show = async () => {
    const [list, { role: roles }] = await Promise.all([
      all('/app/ledgerUsers', 'ledgerUsers', USERS_MAX, signal),
      get('/app/roles', {}, signal),
    ]);
    fill(problem);
    fill(
      box,
      heading('Users and roles', 'Nobody gives or takes a right that they do not have.'),
      problem,
      usersCard(list, roles, change),
      rolesCard(roles, change),
    );
  };
  await show();
  return box;
}

/** @param {{items: any[], isWhole: boolean}} list @param {any[]} roles @param {(change: () => Promise<unknown>) => void} change */
function usersCard({ items, isWhole }, roles, change) {
  const names = [...BUILT_IN, ...roles.map((role) => role.roleName)];
  const find = h('input', {
    type: 'search',
    placeholder: 'Find a user',
    'aria-label': 'Find a user',
    oninput: () => {
      for (const row of list.querySelectorAll('tbody tr')) row.hidden = !row.textContent.toLowerCase().includes(find.value.toLowerCase());
    },
  });
  const rows = items.map((user) => [
    [h('code.long', null, user.userId), user.userId === state.session?.userId ? [' ', badge('plain', 'you')] : null],
    user.assignedRoles.map((/** @type {string} */ role) => [badge(role === 'Administrator' ? 'warn' : 'plain', role), ' ']),
    may('users/delete')
      ? h(
          'button.small.danger',
          {
            type: 'button',
            'aria-label': `Remove ${user.userId}`,
            onclick: () => {
              if (confirm(`Remove this user? With the next request they have no rights any more.\n\n${user.userId}`))
                change(() => send('DELETE', pathOf(user.userId)));
            },
          },
          'Remove',
        )
      : '',
  ]);
  const list = table('Users', ['User', 'Roles', ''], rows);
  return card(
    'Users',
    items.length > 8 ? find : null,
    list,
    isWhole ? null : h('p.quiet', null, `The first ${number(USERS_MAX)} are shown.`),
    may('users/write') ? userForm(items, names, change) : null,
  );
}

/** @param {any[]} users @param {string[]} names @param {(change: () => Promise<unknown>) => void} change */
function userForm(users, names, change) {
  const placeholder = 'certificate’s SHA-256 fingerprint, or a token’s object id';
  const id = h('input', { required: true, placeholder, autocomplete: 'off' });
  const boxes = names.map((name) => h('input', { type: 'checkbox', value: name, checked: name === 'Reader' }));
  const now = h('p.quiet.wide', { 'aria-live': 'polite' });
  /** @type {any} */
  let known = null;
  id.addEventListener('input', () => {
    const user = users.find((one) => one.userId === asKept(id.value)) ?? null;
    if (user === known) return;
    known = user;
    for (const box of boxes) box.checked = user?.assignedRoles.includes(box.value) ?? box.value === 'Reader';
    fill(now, user ? `Has now: ${user.assignedRoles.join(', ')}` : null);
  });
  const form = h(
    'form.search',
    { 'aria-label': 'Set a user’s roles' },
    h('label.wide', null, h('span', null, 'User id'), id),
    now,
    h(
      'fieldset',
      null,
      h('legend', null, 'All roles that the user is to have'),
      names.map((name, at) => h('label.check', null, boxes[at], ' ', name)),
    ),
    h('button.primary', { type: 'submit' }, 'Set these roles'),
  );
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const user = asKept(id.value);
    const assignedRoles = boxes.filter((box) => box.checked).map((box) => box.value);
    change(async () => {
      const lost = (await rolesOf(user)).filter((role) => !assignedRoles.includes(role));
      if (lost.length > 0 && !confirm(`This takes from the user: ${lost.join(', ')}.\n\n${user}`)) return false;
      return send('PATCH', pathOf(user), { body: { assignedRoles }, type: 'application/merge-patch+json' });
    });
  });
  return h('details', null, h('summary', null, 'Add a user, or set the roles of one'), form);
}

/** The roles that a user has at this moment. @param {string} id @returns {Promise<string[]>} */
async function rolesOf(id) {
  const { items, isWhole } = await all('/app/ledgerUsers', 'ledgerUsers', USERS_MAX);
  const user = items.find((one) => one.userId === id);
  if (user || isWhole) return user?.assignedRoles ?? [];
  try {
    return (await get(pathOf(id))).assignedRoles;
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) return [];
    throw failure;
  }
}

/** An id as the ledger keeps it: fingerprints in large letters. @param {string} typed */
function asKept(typed) {
  const id = typed.trim();
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/i.test(id) ? id.toUpperCase() : id;
}

/** @param {any[]} roles @param {(change: () => Promise<unknown>) => void} change */
function rolesCard(roles, change) {
  const rows = roles.map((role) => [
    role.roleName,
    role.roleActions.map((/** @type {string} */ action) => h('div', null, h('code', null, action.replace(PREFIX, '')))),
    may('roleDefinitions/delete')
      ? h(
          'button.small.danger',
          {
            type: 'button',
            'aria-label': `Delete the role ${role.roleName}`,
            onclick: () => {
              if (confirm(`Delete the role ${role.roleName}?`))
                change(() => send('DELETE', '/app/roles', { query: { roleName: role.roleName } }));
            },
          },
          'Delete',
        )
      : '',
  ]);
  return card(
    'Roles of this ledger’s own',
    h('p.quiet', null, 'Beside the built-in Reader, Contributor and Administrator.'),
    table('Roles', ['Role', 'May', ''], rows, 'There are none.'),
    may('roleDefinitions/write') ? roleForm(change) : null,
  );
}

/** @param {(change: () => Promise<unknown>) => void} change */
function roleForm(change) {
  const name = h('input', { required: true, autocomplete: 'off' });
  const mine = (state.session?.actions ?? []).map((action) => h('input', { type: 'checkbox', value: action }));
  const form = h(
    'form.search',
    { 'aria-label': 'Make a role' },
    h('label', null, h('span', null, 'Name'), name),
    h(
      'fieldset.actions',
      null,
      h('legend', null, 'May'),
      mine.map((box) => h('label.check', null, box, ' ', box.value.replace(PREFIX, ''))),
    ),
    h('button.primary', { type: 'submit' }, 'Make this role'),
  );
  form.addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const roleActions = mine.filter((box) => box.checked).map((box) => box.value);
    change(() => send('PUT', '/app/roles', { body: { roles: [{ roleName: name.value.trim(), roleActions }] } }));
  });
  return h('details', null, h('summary', null, 'Make a role'), form);
}

/** @param {string} id */
const pathOf = (id) => `/app/ledgerUsers/${encodeURIComponent(id)}`;
