// @ts-check
import { contentsCard } from '../entrycontents.js';
import { find } from '../entrysource.js';
import { fill, h } from '../dom.js';
import { badge, card, heading, notice } from '../parts.js';
import { drawProof, STEPS } from '../proof.js';
import { verifyReceipt } from '../receipt.js';
import { require } from '../state.js';
import { changeIn, CHANGES, marked } from '../tamper.js';
import { trusted } from '../trust.js';
import { plain } from '../unseen.js';

const AROUND = 24;

/**
 * @typedef {import('../tamper.js').Copy} Copy
 * @typedef {import('../entrysource.js').Asked} Asked
 */

/** An entry, its receipt, and the receipt's verification. @type {import('../app.js').View} */
export async function entry({ path: [id = ''], query, signal }) {
  require('historicalQuery');
  const collection = query.get('collection') || null;
  const { entry: one, receipt, asked, isElsewhere } = await find(id, collection, signal);
  const above = contentsCard(one, signal);
  return h(
    'div',
    null,
    heading(`Entry ${one.transactionId}`),
    isElsewhere
      ? notice('warn', 'It is not in collection ', h('bdi', null, plain(collection ?? '')), ': its receipt says where it is.')
      : null,
    above.element,
    receipt === null
      ? card('Receipt', h('p.quiet', null, 'Its receipt is not there yet: ask again in a moment.'))
      : await receiptPart({ receipt, entry: one }, asked, above.show),
  );
}

/**
 * What is shown has to be what the receipt proves, and that what was asked for: not another entry with its own receipt.
 * @param {Copy} copy @param {Asked} asked @param {string} pem
 */
async function verify({ receipt, entry }, asked, pem) {
  const verdict = await verifyReceipt(receipt, pem, { entry });
  return verdict.verified ? verifyReceipt(receipt, pem, { entry: { ...entry, ...asked } }) : verdict;
}

/** @param {Copy} original @param {Asked} asked @param {(written: string) => void} show shows what a copy holds */
async function receiptPart(original, asked, show) {
  const service = await trusted();
  const result = h('div');
  /** @param {Copy} copy @param {string} [changed] */
  const run = async (copy, changed) => {
    const verdict = await verify(copy, asked, service.pem);
    show(copy.entry.contents);
    fill(
      result,
      verdictNotice(verdict, copy, changed ? [changed, ': ', h('code', null, marked(changeIn(original, copy, AROUND)))] : null),
      h('div.proof-columns', null, h('div.proof-frame', null, picture(verdict, copy)), steps(verdict)),
    );
    return verdict;
  };
  const { verified } = await run(original);
  const command = `stele verify ${fileOf(original)} --service-cert service_cert.pem`;
  return card(
    'Receipt',
    h(
      'p.quiet',
      null,
      'Verified here, in this browser, against the service certificate ',
      h('a', { href: '#/trust' }, `${service.fingerprint.slice(0, 23)}…`),
      service.source === 'pasted' ? ' that you brought.' : ' that the node gave at first.',
    ),
    result,
    verified ? tampering(original, (copy, changed) => run(copy, changed).then(() => turnTo(result))) : null,
    h(
      'p.buttons',
      null,
      download(original),
      h('span.quiet', null, 'and verify it where this node has no say: ', h('code', null, command)),
    ),
  );
}

/** Brings the verdict before whoever asked for it. @param {HTMLElement} result */
function turnTo(result) {
  const verdict = /** @type {HTMLElement} */ (result.firstElementChild);
  verdict.focus({ preventScroll: true });
  verdict.scrollIntoView({ block: 'start' });
}

/** The receipt drawn; nothing of one that has not its form. @param {import('../receipt.js').Verdict} verdict @param {Copy} copy */
function picture(verdict, { receipt, entry }) {
  if (verdict.steps[0].name === 'format') return null;
  const answer = JSON.parse(receipt);
  return drawProof(answer.receipt ?? answer, entry, verdict);
}

/** @param {import('../receipt.js').Verdict} verdict @param {Copy} copy @param {import('../dom.js').Child} changed */
function verdictNotice(verdict, copy, changed) {
  const what = changed ? h('p', null, badge('warn', 'a copy'), ' One byte was changed: ', changed) : null;
  if (!verdict.verified) {
    const step = verdict.steps.at(-1);
    return h(
      'div.verdict.bad',
      { role: 'alert', id: 'verdict', tabindex: -1 },
      h('strong', null, '✗ Not verified'),
      what,
      h('p', null, 'The step ', h('b', { id: 'failed-step' }, step?.name ?? ''), ` failed: ${step?.detail ?? ''}`),
    );
  }
  return h(
    'div.verdict.good',
    { role: 'status', id: 'verdict', tabindex: -1 },
    h('strong', null, '✓ Verified in this browser'),
    what,
    h(
      'p',
      null,
      'Proven: these contents stand in collection ',
      h('bdi', null, plain(copy.entry.collectionId)),
      ' of this service’s ledger, ',
      `as transaction ${copy.entry.transactionId}.`,
    ),
    h('p.quiet', null, 'Not proven: who wrote it, when, its tags, and that the ledger has nothing else to say on the matter.'),
  );
}

/** @param {import('../receipt.js').Verdict} verdict */
function steps(verdict) {
  const known = verdict.steps.map((step) => step.name);
  const toCome = verdict.verified
    ? []
    : STEPS.filter(([name]) => !known.includes(name) && !['service endorsement', 'format'].includes(name));
  return h(
    'ol.steps',
    { 'aria-label': 'Steps of the verification' },
    verdict.steps.map((step) => {
      const [, title, about] = STEPS.find(([name]) => name === step.name) ?? [step.name, step.name, ''];
      return h(
        `li.${step.passed ? 'good' : 'bad'}`,
        { 'data-step': step.name },
        h('div', null, h('b', null, title), h('span.hidden', null, step.passed ? ': passed' : ': failed'), h('span.about', null, about)),
        h(
          'details',
          { open: !step.passed },
          h('summary', null, 'What was computed'),
          h('p.detail', null, step.detail),
          values(step.values),
        ),
      );
    }),
    toCome.map(([name, title, about]) =>
      h(
        'li.idle',
        { 'data-step': name },
        h('div', null, h('b', null, title), h('span.hidden', null, ': not reached'), h('span.about', null, about)),
      ),
    ),
  );
}

/** @param {Record<string, any>} found */
function values(found) {
  const rows = Object.entries(found).filter(([, value]) => value !== undefined && value !== null);
  if (rows.length === 0) return null;
  return h(
    'dl.values',
    null,
    rows.map(([name, value]) => [h('dt', null, name), h('dd', null, typeof value === 'object' ? listed(value) : plain(String(value)))]),
  );
}

/** @param {any} value */
const listed = (value) =>
  h(
    'pre.contents',
    { tabindex: 0 },
    plain(
      JSON.stringify(
        value,
        (_, part) => (part instanceof Uint8Array ? [...part].map((byte) => byte.toString(16).padStart(2, '0')).join('') : part),
        1,
      ),
    ),
  );

/** @param {Copy} original @param {(copy: Copy, changed?: string) => Promise<unknown>} run */
function tampering(original, run) {
  const choice = h(
    'select',
    { 'aria-label': 'What to change' },
    CHANGES.map(([name, title]) => h('option', { value: name }, title)),
  );
  return h(
    'div.tamper',
    null,
    h('h3', null, 'Try it: change one byte of a copy'),
    h(
      'p.buttons',
      null,
      choice,
      h(
        'button.danger',
        {
          type: 'button',
          id: 'tamper',
          onclick: () => {
            const [, title, change] = CHANGES.find(([name]) => name === choice.value) ?? CHANGES[0];
            return run(change(original), title);
          },
        },
        'Change one byte',
      ),
      h('button', { type: 'button', id: 'restore', onclick: () => run(original) }, 'Put it back'),
    ),
  );
}

/** What its file is called. @param {Copy} copy */
const fileOf = ({ entry: { transactionId } }) => `receipt-${transactionId}.json`;

/** @param {Copy} original */
function download(original) {
  return h(
    'button.primary',
    {
      type: 'button',
      onclick: () => {
        const address = URL.createObjectURL(new Blob([original.receipt], { type: 'application/json' }));
        h('a', { href: address, download: fileOf(original) }).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
      },
    },
    'Download the receipt',
  );
}
