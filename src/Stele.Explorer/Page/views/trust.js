// @ts-check
import { fill, h } from '../dom.js';
import { time } from '../format.js';
import { card, facts, heading, notice } from '../parts.js';
import * as trust from '../trust.js';

const FILE_BYTES_MAX = 16 * 1024;

/** What verification trusts, and how to make it depend on nobody. @type {import('../app.js').View} */
export async function trustView(route) {
  const [known, now] = await Promise.all([trust.trusted(), trust.presented()]);
  const presented = await trust.fingerprintOf(now);
  const box = h('div');
  const show = async () => fill(box, ...[await trustView(route)].map((view) => [...view.childNodes]).flat());
  return fill(
    box,
    heading('Trust', 'All that is verified here hangs on one certificate: the service’s.'),
    card(
      'Trusted in this browser',
      known.fingerprint === presented
        ? null
        : notice('bad', h('strong', null, 'The node presents another one: '), h('code.long', null, presented)),
      facts([
        ['SHA-256', h('code.long', { id: 'fingerprint' }, known.fingerprint)],
        ['Since', time(known.since)],
        ['Because', known.source === 'pasted' ? 'you brought it' : 'this node said so, the first time that this browser asked'],
      ]),
      known.source === 'pasted'
        ? null
        : notice(
            'warn',
            'The first time, a browser can only believe the node it asks. Compare the fingerprint with ',
            'what the ledger’s operator or its members tell you: ',
            h('code', null, 'openssl x509 -in service_cert.pem -noout -fingerprint -sha256'),
            ' — or bring the certificate yourself, below.',
          ),
      h(
        'p',
        null,
        h(
          'button',
          {
            type: 'button',
            onclick: async () => {
              trust.forget();
              await show();
            },
          },
          'Forget it, and ask the node anew',
        ),
      ),
    ),
    bring(show),
    card(
      'And this page?',
      h(
        'p',
        null,
        'The page itself came from this node. It verifies what it shows, but a node that lies could send a page that lies. ' +
          'Who does not trust the node takes a receipt elsewhere: download it from an entry’s page, and verify it with ',
        h('code', null, 'stele verify'),
        ' or with ',
        h('code', null, 'docs/verify/receipt.html'),
        ', one file that works without any network.',
      ),
    ),
  );
}

/** @param {() => Promise<unknown>} done */
function bring(done) {
  const problem = h('div');
  const text = h('textarea', {
    rows: 7,
    spellcheck: 'false',
    'aria-label': 'The service’s certificate, PEM',
    placeholder: '-----BEGIN CERTIFICATE-----\n…',
  });
  /** @param {string} pem */
  const take = async (pem) => {
    try {
      await trust.remember(pem, 'pasted');
      await done();
    } catch (failure) {
      fill(problem, notice('bad', failure instanceof Error ? failure.message : String(failure)));
    }
  };
  /** @param {File | undefined} file */
  const read = async (file) => (file && file.size <= FILE_BYTES_MAX ? take(await file.text()) : undefined);
  const file = h('input', {
    type: 'file',
    accept: '.pem,.crt,.cer',
    'aria-label': 'The service’s certificate, as a file',
    onchange: () => read(file.files[0]),
  });
  const box = card(
    'Bring the certificate yourself',
    h('p', null, 'Paste it, choose the file, or drop the file here: ', h('code', null, 'service_cert.pem'), '.'),
    text,
    h('p.buttons', null, h('button.primary', { type: 'button', onclick: () => take(text.value) }, 'Trust this one'), file),
    problem,
  );
  box.addEventListener('dragover', (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    box.classList.add('dropping');
  });
  box.addEventListener('dragleave', () => box.classList.remove('dropping'));
  box.addEventListener('drop', (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    box.classList.remove('dropping');
    void read(event.dataTransfer?.files[0]);
  });
  return box;
}
