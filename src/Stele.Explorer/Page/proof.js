// @ts-check
/**
 * A receipt drawn as what it is: the way from an entry up to the certificate that is trusted. Below, the entry and the three digests
 * that are its leaf; then the Merkle path, each neighbour on its side; then the root, the node that signed it, and the service that
 * endorses the node.
 */

import { s } from './dom.js';
import { short } from './format.js';
import { spelled } from './unseen.js';

const WIDTH = 380;
const MIDDLE = WIDTH / 2;
const ROW = 66;
const HEIGHT = 40;
const DIGITS = 10;

/** What each step of the verification is about, in order. */
export const STEPS = /** @type {[string, string, string][]} */ ([
  ['format', 'Receipt', 'The receipt is read, within bounds.'],
  ['claims digest', 'Claims', 'The claims that came with the receipt hash to the claims digest in its leaf.'],
  ['entry', 'Entry', 'What is shown above is what the claims say: this transaction, this collection, these contents.'],
  ['node certificate', 'Node certificate', 'The certificate of the node that signed can be read.'],
  ['service endorsement', 'Endorsement', 'A service that recovered this ledger vouches for the one before it.'],
  ['service certificate', 'Service certificate', 'The certificate that this browser trusts vouches for the node.'],
  ['leaf', 'Leaf', 'Write set, commit evidence and claims hash to the leaf.'],
  ['proof', 'Merkle path', 'The leaf hashes with its neighbours, one after another, to the root.'],
  ['node id', 'Node', 'The node’s id is the hash of its key.'],
  ['signature', 'Signature', 'The node signed this very root.'],
]);

/**
 * @typedef {import('./receipt.js').Verdict} Verdict
 * @typedef {'good' | 'bad' | 'idle'} Mark
 */

/**
 * @param {any} receipt the receipt, as parsed
 * @param {{contents: string}} entry
 * @param {Verdict} verdict
 * @returns {SVGElement}
 */
export function drawProof(receipt, entry, verdict) {
  const values = Object.assign(
    {},
    ...verdict.steps.filter((step) => step.name !== 'service endorsement').map((step) => ({ [step.name]: step.values })),
  );
  const mark = (/** @type {string[]} */ ...names) => markOf(verdict, names);
  const path = receipt.proof ?? [];
  const endorsements = receipt.serviceEndorsements ?? [];
  const last = 5 + path.length + endorsements.length;
  const y = (/** @type {number} */ row) => HEIGHT / 2 + 4 + (last - row) * ROW; // row 0 is the entry's, at the bottom
  const order = { at: 0 };
  const lines = s('g', { class: 'p-lines' });
  const boxes = s('g');
  /**
   * @param {number} x @param {number} row @param {number} width @param {string} name @param {string} text @param {Mark} how
   * @param {string} [full] @param {string} [kind]
   */
  const box = (x, row, width, name, text, how, full = text, kind = '') =>
    boxes.append(labelled(x, y(row), width, name, text, how, full, kind, order.at++));
  /** @param {number} x @param {number} from @param {number} to @param {Mark} how @param {number} [end] */
  const line = (x, from, to, how, end = MIDDLE) => lines.append(curve(x, y(from) - HEIGHT / 2, end, y(to) + HEIGHT / 2, how, order.at));

  const leaf = values.leaf ?? {};
  box(WIDTH - 66, 0, 128, 'entry', short(spelled(entry.contents), 14), mark('entry'), spelled(entry.contents), 'round');
  line(WIDTH - 66, 0, 1, mark('entry'), WIDTH - 66);
  const parts = receipt.leafComponents ?? {};
  const inLeaf = /** @type {[number, string, string, Mark][]} */ ([
    [66, 'write set', parts.writeSetDigest, mark('leaf', 'signature')],
    [MIDDLE, 'commit evidence', parts.commitEvidence, mark('leaf', 'signature')],
    [WIDTH - 66, 'claims', parts.claimsDigest, mark('claims digest')],
  ]);
  for (const [x, name, text, how] of inLeaf) {
    box(x, 1, 118, name, short(String(text), DIGITS), how, String(text));
    line(x, 1, 2, how);
  }
  const proven = mark('leaf', 'proof', 'signature');
  box(MIDDLE, 2, 124, path.length === 0 ? 'leaf and root' : 'leaf', short(leaf.leaf ?? '?', DIGITS), proven, leaf.leaf, 'path');
  path.forEach((/** @type {any} */ step, /** @type {number} */ at) => {
    const isLeft = 'left' in step;
    const x = isLeft ? 62 : WIDTH - 62;
    const sibling = String(step.left ?? step.right);
    const hash = values.proof?.path?.[at]?.hash;
    box(
      x,
      2 + at,
      108,
      isLeft ? 'left neighbour' : 'right neighbour',
      short(sibling, DIGITS),
      proven,
      `Neighbour on the ${isLeft ? 'left' : 'right'}: ${sibling}`,
      'sibling',
    );
    line(x, 2 + at, 3 + at, proven);
    line(MIDDLE, 2 + at, 3 + at, proven);
    box(MIDDLE, 3 + at, 124, at === path.length - 1 ? 'root' : 'hash of both', short(hash ?? '?', DIGITS), proven, hash, 'path');
  });
  const top = 2 + path.length;
  line(MIDDLE, top, top + 1, mark('signature'));
  box(MIDDLE, top + 1, 190, 'signed by the node', short(receipt.nodeId ?? '', 16), mark('node id', 'signature'), receipt.signature, 'seal');
  line(MIDDLE, top + 1, top + 2, mark('node certificate', 'service certificate'));
  box(MIDDLE, top + 2, 230, 'node certificate', values['node certificate']?.subject ?? '?', mark('node certificate'), receipt.cert, 'seal');
  endorsements.forEach((/** @type {string} */ pem, /** @type {number} */ at) => {
    line(MIDDLE, top + 2 + at, top + 3 + at, mark('service endorsement', 'service certificate'));
    box(
      MIDDLE,
      top + 3 + at,
      230,
      'earlier service',
      'endorses the one below',
      mark('service endorsement', 'service certificate'),
      pem,
      'seal',
    );
  });
  line(MIDDLE, last - 1, last, mark('service certificate'));
  box(
    MIDDLE,
    last,
    250,
    'service certificate: trusted',
    values['service certificate']?.subject ?? '?',
    mark('service certificate'),
    undefined,
    'anchor',
  );
  return s(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${y(0) + HEIGHT / 2 + 4}`,
      class: 'proof',
      role: 'img',
      'aria-label':
        `The receipt as a Merkle path of ${path.length} steps from the entry to the root, signed by the node, endorsed by the service: ` +
        (verdict.verified ? 'verified' : `not verified, the step «${verdict.steps.at(-1)?.name}» failed`),
    },
    lines,
    boxes,
  );
}

/** How steps came out together. @param {Verdict} verdict @param {string[]} names @returns {Mark} */
function markOf(verdict, names) {
  const done = verdict.steps.filter((step) => names.includes(step.name));
  if (done.some((step) => !step.passed)) return 'bad';
  const isThere = names.every((name) => done.some((step) => step.name === name) || name === 'service endorsement' || name === 'node id');
  return done.length > 0 && isThere ? 'good' : 'idle';
}

/**
 * @param {number} x @param {number} y @param {number} width @param {string} name @param {string} text @param {Mark} how
 * @param {string | undefined} full @param {string} kind @param {number} at
 */
function labelled(x, y, width, name, text, how, full, kind, at) {
  const group = s(
    'g',
    { class: `p-box ${how} ${kind}` },
    full ? s('title', null, full) : null,
    s('rect', { x: x - width / 2, y: y - HEIGHT / 2, width, height: HEIGHT, rx: kind === 'round' || kind === 'anchor' ? 20 : 7 }),
    s('text', { x, y: y - 5, class: 'p-name' }, name),
    s('text', { x, y: y + 11, class: 'p-text' }, text),
  );
  group.style.setProperty('--at', String(at));
  return group;
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {Mark} how @param {number} at */
function curve(x1, y1, x2, y2, how, at) {
  const half = (y1 + y2) / 2;
  const line = s('path', { d: `M${x1},${y1}C${x1},${half} ${x2},${half} ${x2},${y2}`, class: `p-line ${how}` });
  line.style.setProperty('--at', String(at));
  return line;
}
