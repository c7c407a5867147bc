// @ts-check
import { fill, h } from '../dom.js';
import { badge, card, command, facts, heading, notice } from '../parts.js';
import { load, signIn, signOut } from '../session.js';
import { state } from '../state.js';

/** Who one is to the ledger, and how to become somebody. @type {import('../app.js').View} */
export function signin() {
  const problem = h('div');
  const changed = () => document.dispatchEvent(new Event('stele:session'));
  return h(
    'div',
    null,
    heading('Who you are'),
    state.session
      ? known(changed)
      : card(
          'To the ledger, nobody',
          notice('warn', state.refusal),
          h('p', null, 'What is public stands open to you all the same: nodes, members, proposals, the constitution.'),
        ),
    state.config.openId
      ? card(
          'Sign in at the issuer',
          h('p', null, 'At ', h('code', null, state.config.openId.issuer), '. The token stays in this page’s memory alone.'),
          h(
            'button.primary',
            { type: 'button', onclick: () => signIn().catch((failure) => fill(problem, notice('bad', failure.message))) },
            'Sign in',
          ),
          problem,
        )
      : null,
    card(
      'By client certificate',
      h(
        'p',
        null,
        'The browser shows your certificate when it connects; there is nothing to do here. To give it one, make a file for browsers, ' +
          'import it in the browser’s settings under certificates, and open this page anew:',
      ),
      command('openssl pkcs12 -export -in stele-data/administrator.pem -out administrator.p12'),
      h(
        'p.quiet',
        null,
        'A new ledger’s first user is ',
        h('code', null, 'administrator.pem'),
        ' in its data directory; ',
        h('code', null, 'stele user new NAME --role reader'),
        ' makes further ones.',
      ),
    ),
  );
}

/** @param {() => void} changed */
function known(changed) {
  const one = /** @type {import('../state.js').Session} */ (state.session);
  return card(
    'To the ledger, you are',
    facts([
      ['User', h('code.long', null, one.userId)],
      ['Known by', one.by === 'token' ? 'a token of an issuer that the members trust' : 'the client certificate of this connection'],
      ['Roles', one.roles.map((role) => [badge('plain', role), ' '])],
    ]),
    h(
      'details',
      null,
      h('summary', null, `What you may do (${one.actions.length} actions)`),
      h(
        'ul',
        null,
        one.actions.map((action) => h('li', null, h('code', null, action.replace('Microsoft.ConfidentialLedger/ledger/', '')))),
      ),
    ),
    one.by === 'token'
      ? h(
          'button',
          {
            type: 'button',
            onclick: async () => {
              await signOut();
              changed();
            },
          },
          'Sign out',
        )
      : h(
          'button',
          {
            type: 'button',
            onclick: async () => {
              await load();
              changed();
            },
          },
          'Ask again',
        ),
  );
}
