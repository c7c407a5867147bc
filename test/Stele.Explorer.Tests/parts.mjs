// Tries parts of the page that need no browser: parts.mjs FOLDER CERTIFICATE CERTIFICATE.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { pathToFileURL } from 'node:url';

process.env.TZ = 'Asia/Tokyo';

// As much of a document as elements of text are made of.
class Element {
  constructor(name) { [this.name, this.children, this.className] = [name, [], '']; }
  replaceChildren(...children) { this.children = children; }
  setAttribute(name, value) { this[name] = value; }
  addEventListener() {}
  append(...children) { this.children.push(...children); }
  get textContent() { return this.children.map((child) => child.textContent ?? child).join(''); }
}
globalThis.Node = Element;
globalThis.document = { createElement: (name) => new Element(name) };
globalThis.location = { origin: 'https://ledger' };
globalThis.crypto ??= webcrypto;
const kept = new Map();
globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };

const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`).href);
const { contents, isJson, member, members } = await load('json.js');
const { diff } = await load('diff.js');
const { transaction, fingerprint, local, time, universal, zone } = await load('format.js');
const { link } = await load('api.js');
const { spelled } = await load('unseen.js');
const trust = await load('trust.js');
const { certificateDer } = await load('receipt.js');
const { nameOf, namesOf, person, recoveryOf } = await load('consortium.js');
const { collectionIn } = await load('entrysource.js');
const { lower, spellings } = await load('collectionnames.js');
const { CHANGES, change, changeIn, marked } = await load('tamper.js');
const { counted } = await load('views/proposals.js');

// Numbers keep their digits, names that stand twice stay two, and nothing but white space changes.
const written = '{"a":1.00,"a":12345678901234567890,"b":[1e400,-0,{}],"c":"\\u0041 \\" {[,:","d":[],"e":{"f":null}}';
const shown = contents(written).textContent;
assert.equal(shown.replace(/\s+/g, ''), written.replace(/\s+/g, ''));
assert.match(shown, /\n  "a": 1\.00,\n  "a": 12345678901234567890,\n/);
assert.match(shown, /"d": \[\],/);
for (const text of ['[]', ' {"a":1} ', '[1,2]']) assert.ok(isJson(text), text);
for (const text of ['', 'hello', '12', '"a"', '{"a":1', '{a:1}', '[1]x']) assert.ok(!isJson(text), text);
assert.equal(contents('<b>{</b>').textContent, '<b>{</b>');

// Many numbers, and what is nested deep: shown, and not in many times its size.
const zeros = `[${'0,'.repeat(90_000)}0]`;
assert.equal(contents(zeros).textContent.replace(/\s/g, ''), zeros);
const deep = '['.repeat(100_000) + ']'.repeat(100_000);
assert.equal(contents(deep).textContent.replace(/\s/g, ''), deep);
assert.ok(contents(deep).textContent.length < 300_000);

// Values inside keep their letters.
assert.deepEqual(members('{"a":[1.0,{"b":2}],"a" : "}","c":[]}'), [
  { name: 'a', text: '[1.0,{"b":2}]' }, { name: 'a', text: '"}"' }, { name: 'c', text: '[]' },
]);
assert.deepEqual(members('[{"a":1e400}, 2]').map((one) => one.text), ['{"a":1e400}', '2']);
assert.deepEqual([members('[]'), members('{}')], [[], []]);
assert.equal(member('{"a":1,"b":9007199254740993}', 'b'), '9007199254740993');
assert.equal(member('{"a":1}', 'b'), undefined);

// What draws nothing, or turns the order of reading, is marked, and stays what it is.
const marks = (element) => (element.children ?? []).flatMap((child) => [child['data-code'], ...marks(child)]).filter((code) => code);
for (const text of ['pay 100\u202e\u2066 EUR\0', '{"pay\u202e":"\u2066\x7f"}', '{"a":1}\ufeff'])
  assert.equal(contents(text).textContent.replace(/\s(?!E)/g, ''), text.replace(/\s(?!E)/g, ''));
assert.deepEqual(marks(contents('pay 100\u202e\u2066 EUR\0\r\n\tfor naïve 🪨\r')), ['U+202E', 'U+2066', 'U+0000', 'U+000D']);
assert.deepEqual(marks(contents('{"pay\u202e":"\u2069\x7f"}')), ['U+202E', 'U+2069', 'U+007F']);
assert.deepEqual(marks(diff('a', 'a\u200b')), ['U+200B']);
const ranges = [[0, 8], [0xb, 0xc], [0xe, 0x1f], [0x7f, 0x9f], [0xad, 0xad], [0x200b, 0x200f], [0x2028, 0x202e], [0x2060, 0x206f],
  [0xfe00, 0xfe0f], [0xfeff, 0xfeff], [0xe0000, 0xe007f]];
for (const [from, to] of ranges) {
  for (let code = from; code <= to; code++) {
    const text = `a${String.fromCodePoint(code)}b`;
    assert.deepEqual(marks(contents(text)), [`U+${code.toString(16).toUpperCase().padStart(4, '0')}`]);
    assert.equal(contents(text).textContent, text);
  }
}
assert.equal(spelled('pay\u202e\u2066 \u{e0041}👩\u200d🚀'), 'pay[U+202E][U+2066] [U+E0041]👩\u200d🚀');
// A picture of several characters stays one.
for (const text of ['👩\u200d🚀 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥', 'a\tb\nc\r\nd', 'naïve שלום'])
  assert.deepEqual(marks(contents(text)), [], text);

const lines = (before, after) => diff(before, after).textContent.trimEnd().split('\n');
assert.deepEqual(lines('a\nb\nc', 'a\nx\nc'), ['  a', '− b', '+ x', '  c']);
assert.deepEqual(lines(null, '{"a":1}'), ['+ {', '+   "a": 1', '+ }']);
assert.deepEqual(lines('1\n2\n3\n4\n5\n6\n7\n8\n9', '1\n2\n3\n4\n5\n6\n7\n8\n0').slice(0, 2), ['⋯', '  6']);
assert.deepEqual(lines('a', null), ['− a']);
assert.deepEqual(lines('a', 'a'), ['⋯']);
// Nothing is cut off, however long it is.
const long = 'x\n'.repeat(1600);
assert.deepEqual(lines(`${long}end`, `${long}export function resolve(){return "Accepted"}`).slice(-2),
  ['− end', '+ export function resolve(){return "Accepted"}']);
const [other, another] = ['y', 'z'].map((letter) => Array.from({ length: 1600 }, (_, at) => letter + at));
assert.deepEqual(lines(other.join('\n'), another.join('\n')), [...other.map((line) => `− ${line}`), ...another.map((line) => `+ ${line}`)]);
// Numbers are not rounded, members not merged, and white space and escapes count where nothing else differs.
assert.deepEqual(lines('{"n":9007199254740992}', '{"n":9007199254740993}'),
  ['  {', '−   "n": 9007199254740992', '+   "n": 9007199254740993', '  }']);
assert.ok(lines('{"a":2}', '{"a":1,"a":2}').includes('+   "a": 1,'));
assert.deepEqual(lines('{"a":1}', '{"a": 1}'), ['− {"a":1}', '+ {"a": 1}']);
// A script that stands in a row as one string is compared by its own lines.
assert.deepEqual(lines('"a\\nb\\nc"', '"a\\nx\\nc"'), ['  a', '− b', '+ x', '  c']);
assert.deepEqual(lines('"a"', '"\\u0061"'), ['− "a"', '+ "\\u0061"']);
assert.deepEqual(lines('"a"', '{"a":1}').at(0), '− "a"');

// Links stay on the origin that they were checked for.
assert.equal(link('/app/x', { a: 1 }), 'https://ledger/app/x?a=1&api-version=');
for (const path of ['https://ledger//evil.example/x', '/.//evil.example/x'])
  assert.equal(new URL(link(path), location.origin).host, 'ledger', path);
assert.throws(() => link('//evil.example/x'));

// The fingerprint is that of the certificate which verification trusts.
const [good, evil] = process.argv.slice(3).map((file) => readFileSync(file, 'utf8').trim());
const ofEvil = await trust.fingerprintOf(evil);
for (const two of [`#${good}\n${evil}`, good.replace('\n', '\f\n') + `\n${evil}`, good.replace('\n', '\u00a0\n') + `\n${evil}`])
  await assert.rejects(async () => trust.remember(two, 'pasted'), /more than one/);
for (const none of [`#${good}`, good.replace('\n', '\f\n'), good.replace('\n', '\u00a0\n'), '', '-----BEGIN CERTIFICATE-----'])
  await assert.rejects(async () => trust.fingerprintOf(none), /no certificate/);
const taken = await trust.remember(`subject=…\r\n${evil.replaceAll('\n', '\r\n')}\r\nmore`, 'pasted');
assert.equal(taken.fingerprint, ofEvil);
assert.equal(taken.pem.trim(), evil);
assert.deepEqual(certificateDer(taken.pem), certificateDer(evil));
assert.equal(trust.remembered().pem, taken.pem);

// Who has a share: who is active, by the key and the part in recoveries.
const publicEncryptionKey = 'PEM';
for (const [member, words] of [
  [{ status: 'Active', publicEncryptionKey }, 'holds a recovery share'],
  [{ status: 'Accepted', publicEncryptionKey }, 'will hold a recovery share once acknowledged'],
  [{ status: 'Active' }, 'holds no recovery share'],
  [{ status: 'Accepted', publicEncryptionKey, recoveryRole: 'NonParticipant' }, 'holds no recovery share'],
  [{ status: 'Active', publicEncryptionKey, recoveryRole: 'Owner' }, 'holds a recovery share that suffices alone'],
]) assert.equal(recoveryOf(member), words);

// A member's name is its data's, else its certificate's subject; the id stands beside it, whatever the name is.
assert.equal(nameOf({ memberData: { name: 'Alice' }, certificate: good }), 'Alice');
for (const memberData of [undefined, null, 'Alice', {}, { name: 7 }, { name: ' ' }])
  assert.equal(nameOf({ memberData, certificate: good }), 'CN=good');
assert.equal(nameOf({ memberData: {}, certificate: 'none' }), null);
const chosen = `Al\u202eice${'!'.repeat(99)}`;
const names = namesOf([{ memberId: 'ab12', memberData: { name: chosen } }, { memberId: 'cd34', certificate: '' }]);
assert.match(person(names, 'ab12').textContent, /^Al\u202eice!+… ab12$/);
assert.deepEqual(marks(person(names, 'ab12')), ['U+202E']);
for (const id of ['cd34', 'ef56']) assert.equal(person(names, id).textContent, id);
assert.equal(counted(['set_user', 'set_member', 'set_user']), 'set_user ×2, set_member');

// A receipt's claim names the collection; nothing of what a node may send in its place breaks that.
assert.equal(collectionIn('{"applicationClaims":[{"kind":"ClaimDigest"},{"kind":"LedgerEntry","ledgerEntry":{"collectionId":"x"}}]}'), 'x');
const odd = ['{"applicationClaims":{}}', '{"applicationClaims":[null,{"ledgerEntry":{"collectionId":7}}]}'];
for (const receipt of [null, '', '{', '[]', 'null', ...odd])
  assert.equal(collectionIn(receipt), null, receipt);

// The one letter that a copy has in another's place.
const shownAs = (pieces) => [pieces.left, pieces.letter, pieces.right];
assert.deepEqual(shownAs(change('abcdefg', 'abcxefg', 2)), ['…bc', 'x', 'ef…']);
assert.deepEqual(shownAs(change('', 'x', 2)), ['', 'x', '']);
assert.equal(marked(change('abc', 'abx', 9)).flat().find((one) => one.name === 'mark').textContent, 'x');
const receipt = { proof: [{ left: 'aa' }], leafComponents: { writeSetDigest: 'bb' }, nodeId: 'cc', signature: btoa('signature') };
const claimed = { receipt, applicationClaims: [{ ledgerEntry: { contents: 'word' } }] };
const original = { receipt: JSON.stringify(claimed, null, 2), entry: { transactionId: '2.1', collectionId: 'c', contents: 'word' } };
for (const [name, , alter] of CHANGES) {
  const { left, letter, right } = changeIn(original, alter(original), 1e6);
  const whole = name === 'entry' ? original.entry.contents : JSON.stringify(claimed);
  assert.equal(left, whole.slice(0, left.length), name);
  assert.notEqual(letter, whole.at(left.length), name);
  assert.equal(right, whole.slice(left.length + 1), name);
}

// Names in large letters and small ones.
assert.deepEqual(spellings('zCol'), ['zCol', 'zcol', 'ZCOL', 'Zcol']);
assert.deepEqual([spellings('12'), spellings('')], [['12'], ['']]);
assert.equal(lower('ÄB'), 'äb');

// A moment is the same for everybody in an address, and in the reader's time zone in an input and in words.
const moment = new Date('2026-11-22T01:12:50Z');
assert.equal(universal(local(moment)), '2026-11-22T01:12:50Z');
assert.equal(zone(moment), 'GMT+9');
assert.equal(local(moment), '2026-11-22T10:12:50');
assert.match(time('2026-11-22T01:12:50Z').textContent, /^22 Nov 2026, 10:12:50 GMT\+9$/);

assert.deepEqual(transaction(' 2.18 '), { view: 2, seqno: 18 });
for (const id of ['', '2', '2.', '.3', '2.18.1', 'a.b', '2.1234567890123456']) assert.equal(transaction(id), null, id);
assert.equal(fingerprint('0aff'), '0A:FF');
console.log('ok');
