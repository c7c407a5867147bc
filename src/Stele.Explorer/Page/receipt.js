// Verifies a ledger's receipt with nothing but WebCrypto, in a browser or in node: what it reads is taken from nobody on
// trust but the service's certificate. The steps are those of Stele.Receipts, in their order; the first that fails is the
// last. The algorithm is told in docs/ledger-format.md, "Verifying a receipt".

/**
 * What a step found; `values` are for drawing it, digests and signatures in hexadecimal:
 * - claims digest: `digest`, `expected`, `claims` [{ `kind`, `protocol`, `digest`, `collectionId`, `contents` or `value` }]
 * - entry: `transactionId`, `collectionId`, `contents`, as the receipt and its claim say them
 * - node certificate; service endorsement and service certificate, of the issuer: `subject`, `issuer`, `notBefore`,
 *   `notAfter`, `curve`, `serialNumber`, `fingerprint` (SHA-256, as tools print it)
 * - leaf: `writeSetDigest`, `commitEvidence`, `commitEvidenceDigest`, `claimsDigest`, `leaf`, `transactionId`
 * - proof: `path` [{ `side`: "left" or "right", where the sibling stands; `sibling`; `hash`, of the two }], `root`
 * - node id: `nodeId`, `actual`
 * - signature: `signature` in DER, `root`, `curve`
 * A step that could not even be read has none; that of a malformed receipt is called "format".
 * @typedef {{ name: string, passed: boolean, detail: string, values: Record<string, any> }} Step
 */
/**
 * `entries` are those that the receipt proves, where it is verified: what its claims say, one for each collection that the
 * transaction wrote to. Where there is none, the receipt proves that the transaction is in the ledger, and nothing of its contents.
 * @typedef {{ verified: boolean, steps: Step[], transactionId?: string, entries: { collectionId: string, contents: string }[] }} Verdict
 */
/** @typedef {{ transactionId?: string, collectionId: string, contents: string }} Entry */

// Node 18 does not have WebCrypto under its usual name.
const { subtle } = globalThis.crypto ?? (await import('node:crypto')).webcrypto;

const sizeMax = 16 << 20; // of the receipt in bytes: the claims hold the entry's contents
const depthMax = 16;
const claimsMax = 100;
const proofMax = 64;
const endorsementsMax = 1000;
const certificateMax = 1 << 16; // of a certificate in PEM, in characters
const entryProtocol = 'LedgerEntryV1';

/** What is not in its form; the message says what would be right. */
class Malformed extends Error {}

/** The end of a verification that has failed. */
class Failed extends Error {}

const malformed = message => { throw new Malformed(message); };

/**
 * Verifies a receipt; never throws for what is wrong with it.
 * @param {string} receiptJson The ledger's answer (`{"receipt": …, "applicationClaims": …}`) or the bare receipt.
 * @param {string} serviceCertificatePem The service's certificate, from a source that is trusted.
 * @param {{ applicationClaims?: object[], entry?: Entry }} [options] Claims to prove in the place of those that stand with the
 * receipt; and the entry as it was shown, which the claims have to say.
 * @returns {Promise<Verdict>}
 */
export async function verifyReceipt(receiptJson, serviceCertificatePem, { applicationClaims, entry } = {}) {
  const steps = [];
  const step = (name, passed, detail, values = {}) => {
    steps.push({ name, passed, detail, values });
    if (!passed) throw new Failed();
  };
  try {
    const { receipt, claims } = attempt(step, 'format', () => readDocument(receiptJson, applicationClaims));
    const service = attempt(step, 'service certificate', () => readCertificate(serviceCertificatePem));
    if (claims.length > 0) await checkClaims(step, claims, receipt.leaf);
    if (entry !== undefined) checkEntry(step, claims, receipt.leaf, entry);
    const node = attempt(step, 'node certificate', () => readCertificate(receipt.cert));
    const key = await keyOf(node);
    step('node certificate', key !== null, key ? node.subject : 'it has no key of a known elliptic curve', await shown(node));
    await checkChain(step, node, receipt.serviceEndorsements, service);
    const { root, hashed } = await checkProof(step, receipt);
    await checkNodeId(step, node, receipt.nodeId);
    const signed = await isSigned(node, receipt.signature, hashed, 'SHA-256');
    step('signature', signed, signed ? 'the node signed this root' : "it is not the node's signature over this root",
      { signature: hex(receipt.signature), root: hex(root), curve: node.curve?.name });
    const entries = claims.filter(claim => claim.kind === 'LedgerEntry').map(({ collectionId, contents }) => ({ collectionId, contents }));
    return { verified: true, steps, transactionId: transactionOf(receipt.leaf), entries };
  } catch (fault) {
    if (!(fault instanceof Failed)) steps.push({ name: 'format', passed: false, detail: `it cannot be verified: ${fault}`, values: {} });
    return { verified: false, steps, entries: [] };
  }
}

/** Runs a reader; what is malformed fails the step. */
function attempt(step, name, read) {
  try {
    return read();
  } catch (fault) {
    return step(name, false, fault instanceof Malformed ? fault.message : `it cannot be read: ${fault}`);
  }
}

// ---------------------------------------------------------------------------------------------------------- the steps

async function checkClaims(step, claims, leaf) {
  const shownClaims = [];
  for (const claim of claims) shownClaims.push({ ...claim, secretKey: undefined, digest: hex(await claimDigest(claim)) });
  const count = new Uint8Array(new Uint32Array([claims.length]).buffer); // little-endian on whatever runs browsers
  const digest = await sha256(count, ...shownClaims.map(claim => bytesOf(claim.digest)));
  const expected = hex(leaf.claimsDigest);
  const same = hex(digest) === expected;
  step('claims digest', same, same ? expected : `the claims give ${hex(digest)}, the receipt says ${expected}`,
    { digest: hex(digest), expected, claims: shownClaims });
}

/** SHA-256(protocol ‖ value); the value of an entry's claim is SHA-256(HMAC(key, collection) ‖ HMAC(key, contents)). */
async function claimDigest({ protocol, value, collectionId, contents, secretKey }) {
  if (value) return sha256(utf8(protocol), bytesOf(value));
  const key = await subtle.importKey('raw', secretKey, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = async text => new Uint8Array(await subtle.sign('HMAC', key, utf8(text)));
  return sha256(utf8(protocol), await sha256(await mac(collectionId), await mac(contents)));
}

/** That a claim says what was shown as the entry. Tags are no part of claims: no receipt proves them. */
function checkEntry(step, claims, leaf, { transactionId, collectionId, contents }) {
  const said = claims.filter(claim => claim.kind === 'LedgerEntry');
  const claim = said.find(claim => claim.collectionId === collectionId) ?? said[0];
  const id = transactionOf(leaf);
  const wrong = claim === undefined ? 'no claim says what the entry is'
    : transactionId !== undefined && transactionId !== id ? `the receipt is of transaction ${id}, not of ${transactionId}`
      : claim.collectionId !== collectionId ? `the claim says collection ${claim.collectionId}, not ${collectionId}`
        : claim.contents !== contents ? 'the contents are not those of the claim' : null;
  step('entry', wrong === null, wrong ?? `${id} in ${claim.collectionId}`,
    { transactionId: id, collectionId: claim?.collectionId, contents: claim?.contents });
}

/** From the node over the services that recovered the ledger one after the other to the one that is trusted. */
async function checkChain(step, node, endorsements, service) {
  let current = node;
  const endorsed = async (name, issuer) => {
    const signed = await isEndorsed(current, issuer);
    step(name, signed, signed
      ? `${issuer.subject} endorses ${current.subject}`
      : `${current.subject} is not signed by the key of ${issuer.subject}`, await shown(issuer));
  };
  for (const pem of endorsements) {
    const endorsement = attempt(step, 'service endorsement', () => readCertificate(pem));
    await endorsed('service endorsement', endorsement);
    // It says who endorses the service that is trusted: for those who trust a later one.
    if (hex(endorsement.spki) === hex(service.spki)) break;
    current = endorsement;
  }
  await endorsed('service certificate', service);
}

async function checkProof(step, { leaf, proof }) {
  const evidence = await sha256(utf8(leaf.commitEvidence));
  // WebCrypto hashes what it verifies itself: the bytes that hash to the root are kept, not only the root.
  let hashed = join(leaf.writeSetDigest, evidence, leaf.claimsDigest);
  let digest = await sha256(hashed);
  step('leaf', true, hex(digest), {
    writeSetDigest: hex(leaf.writeSetDigest), commitEvidence: leaf.commitEvidence, commitEvidenceDigest: hex(evidence),
    claimsDigest: hex(leaf.claimsDigest), leaf: hex(digest), transactionId: transactionOf(leaf),
  });
  const path = [];
  for (const { side, sibling } of proof) {
    hashed = side === 'left' ? join(sibling, digest) : join(digest, sibling);
    digest = await sha256(hashed);
    path.push({ side, sibling: hex(sibling), hash: hex(digest) });
  }
  step('proof', true, `${path.length} ${path.length === 1 ? 'step' : 'steps'} to root ${hex(digest)}`, { path, root: hex(digest) });
  return { root: digest, hashed };
}

async function checkNodeId(step, node, nodeId) {
  if (nodeId === undefined) return;
  const actual = hex(await sha256(node.spki));
  step('node id', actual === nodeId, actual === nodeId ? nodeId : `the node's key gives ${actual}, the receipt says ${nodeId}`,
    { nodeId, actual });
}

/** Whether a certificate was signed by another's key. Receipts ask for no dates and names: they prove what was. */
async function isEndorsed(certificate, issuer) {
  const hash = { '2a8648ce3d040302': 'SHA-256', '2a8648ce3d040303': 'SHA-384', '2a8648ce3d040304': 'SHA-512' }[certificate.algorithm];
  return hash !== undefined && certificate.isConsistent && isSigned(issuer, certificate.signature, certificate.signed, hash);
}

async function isSigned(certificate, signature, data, hash) {
  const key = await keyOf(certificate);
  const raw = key && rawSignature(signature, certificate.curve.size);
  return raw !== null && subtle.verify({ name: 'ECDSA', hash }, key, raw, data);
}

/** The key of a certificate; null where it has none of a curve that WebCrypto knows. */
async function keyOf({ curve, spki }) {
  if (curve === null) return null;
  return subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: curve.name }, false, ['verify']).catch(() => null);
}

const transactionOf = leaf => leaf.commitEvidence.split(':')[1] ?? '';

const shown = async ({ der, subject, issuer, notBefore, notAfter, curve, serialNumber }) => {
  const fingerprint = hex(await sha256(der)).toUpperCase().match(/../g).join(':');
  return { subject, fingerprint, issuer, notBefore, notAfter, curve: curve?.name, serialNumber };
};

// -------------------------------------------------------------------------------------------------- reading a receipt

function readDocument(json, applicationClaims) {
  if (typeof json !== 'string' || json.length > sizeMax || utf8(json).length > sizeMax)
    malformed(`a receipt is a text of at most ${sizeMax} bytes`);
  let parsed;
  try {
    parsed = JSON.parse(json);
  } catch (fault) {
    malformed(`the receipt is not JSON: ${fault.message}`);
  }
  checkNesting(json);
  const answer = object(parsed, 'document');
  if (!answer.has('receipt')) return { receipt: readReceipt(answer), claims: readClaims(applicationClaims) };
  if (answer.has('transactionId')) text(answer.get('transactionId'), 'document.transactionId');
  const own = answer.has('applicationClaims') ? readClaims(answer.get('applicationClaims')) : [];
  const claims = applicationClaims === undefined ? own : readClaims(applicationClaims);
  return { receipt: readReceipt(object(answer.get('receipt'), 'document.receipt')), claims };
}

/** Refuses JSON, known to be well-formed, that is nested too deep or says a name twice: readers differ in which they take. */
function checkNesting(json) {
  const open = [];
  for (let at = 0; at < json.length; at++) {
    if (json[at] === '{' || json[at] === '[') {
      if (open.push(new Set()) > depthMax) malformed(`the receipt is nested deeper than ${depthMax}`);
    } else if (json[at] === '}' || json[at] === ']') {
      open.pop();
    } else if (json[at] === '"') {
      const start = at;
      for (at++; json[at] !== '"'; at++) if (json[at] === '\\') at++;
      let next = at + 1;
      while (' \t\r\n'.includes(json[next] ?? '.')) next++;
      if (json[next] !== ':') continue;
      const name = JSON.parse(json.slice(start, at + 1));
      if (open.at(-1).has(name)) malformed(`the receipt has member ${name} twice`);
      open.at(-1).add(name);
    }
  }
}

function readReceipt(receipt) {
  if (!receipt.has('leafComponents') && receipt.has('leaf'))
    malformed("the receipt has no leafComponents: a signature transaction's receipt proves no entry");
  const leaf = object(required(receipt, 'leafComponents'), 'leafComponents', ['claimsDigest', 'commitEvidence', 'writeSetDigest']);
  return {
    cert: text(required(receipt, 'cert'), 'cert'),
    nodeId: receipt.has('nodeId') ? text(receipt.get('nodeId'), 'nodeId') : undefined,
    leaf: {
      writeSetDigest: digest(required(leaf, 'writeSetDigest'), 'writeSetDigest'),
      commitEvidence: text(required(leaf, 'commitEvidence'), 'commitEvidence'),
      claimsDigest: digest(required(leaf, 'claimsDigest'), 'claimsDigest'),
    },
    proof: array(required(receipt, 'proof'), 'proof', proofMax).map(readProofStep),
    signature: base64(required(receipt, 'signature'), 'signature'),
    serviceEndorsements: receipt.has('serviceEndorsements')
      ? array(receipt.get('serviceEndorsements'), 'serviceEndorsements', endorsementsMax).map(pem => text(pem, 'serviceEndorsements'))
      : [],
  };
}

function readProofStep(value, index) {
  const step = object(value, `proof[${index}]`, ['left', 'right']);
  if (step.size !== 1) malformed(`proof[${index}] must have exactly one of left and right`);
  const [[side, sibling]] = step;
  return { side, sibling: digest(sibling, `proof[${index}].${side}`) };
}

const readClaims = claims => claims === undefined ? [] : array(claims, 'applicationClaims', claimsMax).map(readClaim);

function readClaim(value, index) {
  const name = `applicationClaims[${index}]`;
  const claim = object(value, name);
  const kind = text(required(claim, 'kind'), `${name}.kind`);
  if (kind === 'ClaimDigest') {
    const of = object(required(claim, 'digest'), `${name}.digest`);
    return { kind, protocol: text(required(of, 'protocol'), 'protocol'), value: hex(digest(required(of, 'value'), 'value')) };
  }
  if (kind !== 'LedgerEntry') malformed(`${name}.kind must be LedgerEntry or ClaimDigest, not ${kind}`);
  const entry = object(required(claim, 'ledgerEntry'), `${name}.ledgerEntry`);
  const protocol = text(required(entry, 'protocol'), 'protocol');
  if (protocol !== entryProtocol) malformed(`the claim's protocol must be ${entryProtocol}`);
  return {
    kind, protocol, collectionId: text(required(entry, 'collectionId'), 'collectionId'),
    contents: text(required(entry, 'contents'), 'contents'), secretKey: base64(required(entry, 'secretKey'), 'secretKey'),
  };
}

/** The members of an object under their names in camel case; older services write them in snake case. */
function object(value, name, only) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed(`${name} must be an object`);
  const members = new Map();
  for (const [written, member] of Object.entries(value)) {
    const [first, ...rest] = written.split('_');
    const camel = first + rest.map(part => part === '' ? '_' : part[0].toUpperCase() + part.slice(1)).join('');
    if (only && !only.includes(camel)) malformed(`${name} has a member ${written}, which does not belong there`);
    if (members.has(camel)) malformed(`${name} has member ${camel} twice`);
    members.set(camel, member);
  }
  return members;
}

const required = (members, name) => members.has(name) ? members.get(name) : malformed(`there is no ${name}`);

const array = (value, name, max) =>
  Array.isArray(value) && value.length <= max ? value : malformed(`${name} must be an array of at most ${max}`);

const text = (value, name) =>
  typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : malformed(`${name} must be a string`);

const digest = (value, name) =>
  /^[0-9a-f]{64}$/i.test(text(value, name)) ? bytesOf(value) : malformed(`${name} must be a SHA-256 digest: 64 hexadecimal digits`);

function base64(value, name) {
  const binary = decoded(text(value, name));
  return binary && btoa(binary) === value ? bytesIn(binary) : malformed(`${name} must be Base64 with its padding`);
}

/** What a Base64 text holds, a character for each byte; null where it is none. */
function decoded(base64) {
  try {
    return base64.length % 4 === 0 ? atob(base64) : null;
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------------------------------------- reading a certificate

/**
 * The first certificate in a PEM text (RFC 7468), in DER: what verification trusts, and so what a fingerprint has to be of.
 * @param {string} pem
 * @returns {Uint8Array}
 * @throws {Error} There is none.
 */
export function certificateDer(pem) {
  if (typeof pem !== 'string' || pem.length > certificateMax) malformed('it is not a certificate in PEM');
  const found = /(?<![^ \t\r\n])-----BEGIN CERTIFICATE-----([A-Za-z0-9+/= \t\r\n]*)-----END CERTIFICATE-----(?![^ \t\r\n])/.exec(pem);
  return bytesIn(decoded((found?.[1] ?? '').replace(/[ \t\r\n]/g, '')) || malformed('it is not a certificate in PEM'));
}

/** A certificate, read as far as receipts ask (RFC 5280, 4.1). */
export function readCertificate(pem) {
  const der = certificateDer(pem);
  const outer = new Der(der).take(0x30, true);
  const [tbs, algorithm, signature] = outer.inside(0x30, 0x30, 0x03);
  const fields = new Der(tbs.contents);
  if (fields.tag === 0xa0) fields.take(0xa0); // the version; the first has none
  const [serialNumber, sameAlgorithm, issuer, validity, subject, spki] = [0x02, 0x30, 0x30, 0x30, 0x30, 0x30].map(tag => fields.take(tag));
  const [notBefore, notAfter] = new Der(validity.contents).all();
  return {
    der, signed: tbs.whole,
    algorithm: hex(new Der(algorithm.contents).take(0x06).contents),
    // What stands outside the signed part says the same as inside it (RFC 5280, 4.1.1.2), or anyone could change it.
    isConsistent: hex(algorithm.whole) === hex(sameAlgorithm.whole) && signature.contents[0] === 0,
    signature: signature.contents.subarray(1),
    spki: spki.whole, curve: curveOf(spki),
    subject: nameOf(subject), issuer: nameOf(issuer), serialNumber: hex(serialNumber.contents),
    notBefore: timeOf(notBefore), notAfter: timeOf(notAfter),
  };
}

/** The elliptic curve of a SubjectPublicKeyInfo (RFC 5480): its name in WebCrypto and its size in bytes; else null. */
function curveOf(spki) {
  const [algorithm] = new Der(spki.contents).all();
  return {
    '06072a8648ce3d020106082a8648ce3d030107': { name: 'P-256', size: 32 },
    '06072a8648ce3d020106052b81040022': { name: 'P-384', size: 48 },
    '06072a8648ce3d020106052b81040023': { name: 'P-521', size: 66 },
  }[hex(algorithm?.contents ?? [])] ?? null;
}

/** A name as it is shown; nothing is decided by it. */
function nameOf(name) {
  const short = { 550403: 'CN', 550406: 'C', 550407: 'L', 550408: 'ST', '55040a': 'O', '55040b': 'OU' };
  return new Der(name.contents).all().flatMap(set => new Der(set.contents).all()).map(pair => {
    const [type, value] = new Der(pair.contents).all();
    return `${short[hex(type.contents)] ?? hex(type.contents)}=${new TextDecoder().decode(value?.contents)}`;
  }).join(', ');
}

/** A time as it is shown: UTCTime or GeneralizedTime in ISO 8601. */
function timeOf(time) {
  const digits = new TextDecoder().decode(time?.contents);
  const parts = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  if (parts === null) return digits;
  const century = parts[1] ?? (parts[2] < '50' ? '20' : '19');
  return `${century}${parts[2]}-${parts[3]}-${parts[4]}T${parts[5]}:${parts[6]}:${parts[7]}Z`;
}

/** An ECDSA signature as WebCrypto has it, r and s of the curve's size (IEEE P1363), from DER; null where it is none. */
function rawSignature(der, size) {
  try {
    const raw = new Uint8Array(2 * size);
    new Der(der).take(0x30, true).inside(0x02, 0x02).forEach(({ contents: number }, index) => {
      const isPadded = number[0] === 0 && number.length > 1;
      if (number.length === 0 || number[0] >= 0x80 || (isPadded && number[1] < 0x80)) malformed('not a positive number in DER');
      const bytes = isPadded ? number.subarray(1) : number;
      if (bytes.length > size) malformed('longer than the curve');
      raw.set(bytes, (index + 1) * size - bytes.length);
    });
    return raw;
  } catch {
    return null;
  }
}

/** Reads DER values (X.690) of up to 64 KiB, one behind the other. */
class Der {
  #bytes;
  #at = 0;

  constructor(bytes) { this.#bytes = bytes; }

  /** The tag of the next value; undefined at the end. */
  get tag() { return this.#bytes[this.#at]; }

  /** The next value, which must have this tag; and, where said so, be the last. */
  take(tag = this.tag, last = false) {
    const start = this.#at;
    if (tag === undefined || this.tag !== tag || (tag & 0x1f) === 0x1f) malformed('it is not a certificate: a value is missing');
    let from = start + 2;
    let length = this.#bytes[start + 1];
    if (length > 0x82 || length === 0x80) malformed('it is not a certificate: a value is too long');
    if (length > 0x80) {
      const least = length === 0x81 ? 0x80 : 0x100;
      for (let count = length - 0x80, all = length = 0; all < count; all++) length = length * 256 + this.#bytes[from++];
      if (length < least) malformed('it is not a certificate: a length is not in its shortest form');
    }
    const end = from + length;
    if (!(end <= this.#bytes.length) || (last && end !== this.#bytes.length)) malformed('it is not a certificate: a value has no end');
    this.#at = end;
    return new DerValue(tag, this.#bytes.subarray(start, end), this.#bytes.subarray(from, end));
  }

  /** All values up to the end. */
  all() {
    const values = [];
    while (this.tag !== undefined) values.push(this.take());
    return values;
  }
}

/** A DER value. */
class DerValue {
  constructor(tag, whole, contents) { [this.tag, this.whole, this.contents] = [tag, whole, contents]; }

  /** The values inside, which must be just these. */
  inside(...tags) {
    const inner = new Der(this.contents);
    return tags.map((tag, index) => inner.take(tag, index === tags.length - 1));
  }
}

// -------------------------------------------------------------------------------------------------------------- bytes

const sha256 = async (...parts) => new Uint8Array(await subtle.digest('SHA-256', join(...parts)));

const utf8 = string => new TextEncoder().encode(string);

const bytesIn = binary => Uint8Array.from(binary, character => character.charCodeAt(0));

const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

const bytesOf = digits => Uint8Array.from(digits.match(/../g), pair => parseInt(pair, 16));

function join(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
