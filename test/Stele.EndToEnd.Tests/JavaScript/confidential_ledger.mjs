// The official JavaScript client as it is, through every operation of its README.
//
// confidential_ledger.mjs LEDGER_URL IDENTITY_URL LEDGER_ID DATA_DIRECTORY
// The identity service's authority is trusted by way of NODE_EXTRA_CA_CERTS.

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { strict as assert } from 'node:assert';
import library from '@azure-rest/confidential-ledger';
import { answered, check, finish, refused } from './checks.mjs';
import * as receipts from './receipts.mjs';

const { default: ConfidentialLedger, getLedgerIdentity, isUnexpected, paginate } = library;
const [endpoint, identityService, ledgerId, data] = process.argv.slice(2);
const newest = '2026-07-31-preview';
const run = randomUUID().slice(0, 8);
const administrator = readFileSync(join(data, 'administrator.pem'), 'utf8');

let service;
let client;

const connect = (options = {}) => ConfidentialLedger(endpoint, service, {
  tlsOptions: { cert: administrator, key: administrator },
  ...options,
});

/** Appends an entry and returns its transaction id. */
async function append(contents, collectionId) {
  const response = await client.path('/app/transactions').post({
    contentType: 'application/json',
    queryParameters: collectionId === undefined ? {} : { collectionId },
    body: { contents },
  });
  assert.equal(isUnexpected(response), false);
  assert.equal(answered(response).collectionId, collectionId ?? 'subledger:0');
  return response.headers['x-ms-ccf-transaction-id'];
}

/** Asks, with pauses, until the answer is in the given state. */
async function until(state, ask) {
  for (;;) {
    const body = answered(await ask());
    if (body.state === state) {
      return body;
    }
    await delay(100);
  }
}

const committed = (id) => until('Committed', () => client.path('/app/transactions/{transactionId}/status', id).get());
const receipt = (id, from) => until('Ready', () => from.path('/app/transactions/{transactionId}/receipt', id).get());

const entry = async (id, collectionId) => (await until('Ready', () => client
  .path('/app/transactions/{transactionId}', id)
  .get({ queryParameters: collectionId === undefined ? {} : { collectionId } }))).entry;

const list = (queryParameters) => client.path('/app/transactions').get({ queryParameters });

async function collect(response) {
  const items = [];
  for await (const item of paginate(client, response)) {
    items.push(item);
  }
  return items;
}

async function trust() {
  await check("identity service gives the ledger's certificate", async () => {
    const identity = await getLedgerIdentity(ledgerId, identityService);
    assert.equal(identity.ledgerId, ledgerId);
    service = identity.ledgerIdentityCertificate;
    assert.equal(service.trim(), readFileSync(join(data, 'service_cert.pem'), 'utf8').trim());
    client = connect();
  });
  await check('identity service does not know another ledger', () =>
    assert.rejects(getLedgerIdentity('no-such-ledger', identityService)));
}

async function entries() {
  await check('append and wait for commit', async () => {
    const id = await append('Hello world!');
    assert.deepEqual(await committed(id), { state: 'Committed', transactionId: id });
  });

  const texts = {
    'a short text': 'Hello',
    'quotes, controls, letters of many scripts': 'a "quoted" \\ line\r\n\ttab \u0001 Zürich 漢字 🙂',
    '200 kB': '0123456789abcdef'.repeat(12_500),
  };
  for (const [name, contents] of Object.entries(texts)) {
    await check(`contents come back as they were: ${name}`, async () => {
      const id = await append(contents);
      assert.deepEqual(await entry(id), { collectionId: 'subledger:0', contents, transactionId: id });
    });
  }

  await check('current entry', async () => {
    await append('the latest');
    const current = answered(await client.path('/app/transactions/current').get());
    assert.deepEqual([current.contents, current.collectionId], ['the latest', 'subledger:0']);
  });
}

async function collections() {
  const names = [`alice ${run}`, `bob/${run}`, `Zürich-漢字-${run}`, `a&b#c%25+d=${run}`];
  for (const name of names) {
    await check(`collection «${name.replace(run, '')}»`, async () => {
      const [first, last] = [await append('first', name), await append('last', name)];
      await committed(last);
      assert.deepEqual(await entry(first, name), { collectionId: name, contents: 'first', transactionId: first });
      const current = await client.path('/app/transactions/current').get({ queryParameters: { collectionId: name } });
      assert.equal(answered(current).contents, 'last');
      const listed = await collect(await list({ collectionId: name, fromTransactionId: first }));
      assert.deepEqual(listed.map((item) => item.transactionId), [first, last]);
    });
  }
  await check('collections are listed', async () => {
    const listed = (await collect(await client.path('/app/collections').get())).map((item) => item.collectionId);
    assert.deepEqual(['subledger:0', ...names].filter((name) => !listed.includes(name)), []);
  });
}

async function ranges() {
  const collectionId = `range-${run}`;
  const ids = [];
  await check('a ranged list over several pages', async () => {
    for (let i = 0; i < 330; i++) {
      ids.push(await append(`Message ${i}`, collectionId));
    }
    await committed(ids.at(-1));
    const first = await list({ collectionId, fromTransactionId: ids[0], toTransactionId: ids.at(-1) });
    assert.ok(answered(first).nextLink, 'the first page is the last');
    const listed = await collect(first);
    assert.deepEqual(listed.map((item) => item.contents), ids.map((_, i) => `Message ${i}`));
    assert.deepEqual(listed.map((item) => item.transactionId), ids);
  });
  await check('a range has both its ends, and nothing beyond them', async () => {
    const part = await list({ collectionId, fromTransactionId: ids[7], toTransactionId: ids[123] });
    assert.deepEqual((await collect(part)).map((item) => item.transactionId), ids.slice(7, 124));
  });
}

async function proofs() {
  const claimant = connect({ apiVersion: newest });
  await check('receipts verify, with their application claims', async () => {
    const contents = ['Hello', 'in a collection', '漢'.repeat(4096)];
    const names = [undefined, `proof-${run}`, undefined];
    for (let i = 0; i < contents.length; i++) {
      const id = await append(contents[i], names[i]);
      await committed(id);
      const plain = await receipt(id, client);
      assert.equal(plain.transactionId, id);
      assert.ok(plain.receipt.leafComponents.commitEvidence.startsWith(`ce:${id}:`));
      receipts.verify(plain.receipt, service);
      const claimed = await receipt(id, claimant);
      receipts.verify(claimed.receipt, service, claimed.applicationClaims);
      const { contents: text, collectionId } = claimed.applicationClaims[0].ledgerEntry;
      assert.deepEqual([text, collectionId], [contents[i], names[i] ?? 'subledger:0']);
    }
  });
  await check('a receipt with one changed proof step does not verify', async () => {
    const id = await append('to be forged');
    await committed(id);
    const { receipt: forged } = await receipt(id, client);
    const [[side, sibling]] = Object.entries(forged.proof[0]);
    forged.proof[0] = { [side]: (sibling[0] === '0' ? '1' : '0') + sibling.slice(1) };
    assert.throws(() => receipts.verify(forged, service), /signature is wrong/);
  });
}

async function users() {
  const user = (id) => client.path('/app/users/{userId}', id);
  const fingerprint = createHash('sha256').update(run).digest('hex').toUpperCase().match(/../g).join(':');
  for (const [kind, id] of [["a token's object id", randomUUID()], ["a certificate's fingerprint", fingerprint]]) {
    await check(`user by ${kind}: created, read, changed, deleted`, async () => {
      for (const assignedRole of ['Contributor', 'Reader']) {
        const patch = { contentType: 'application/merge-patch+json', body: { assignedRole } };
        assert.equal(answered(await user(id).patch(patch)).assignedRole, assignedRole);
        assert.deepEqual(answered(await user(id).get()), { assignedRole, userId: id });
      }
      answered(await user(id).delete(), '204');
      refused(await user(id).get(), '404');
    });
  }
}

async function governance() {
  await check('consortium members', async () => {
    const members = await collect(await client.path('/app/governance/members').get());
    assert.ok(members.length > 0);
    assert.ok(members.every(({ certificate, id }) => certificate.includes('BEGIN CERTIFICATE') && id.length === 64));
  });
  await check('constitution and its digest', async () => {
    const { digest, script } = answered(await client.path('/app/governance/constitution').get());
    assert.equal(digest.toLowerCase(), createHash('sha256').update(script).digest('hex'));
  });
  await check('enclave quotes', async () => {
    const { currentNodeId, enclaveQuotes } = answered(await client.path('/app/enclaveQuotes').get());
    assert.ok(currentNodeId in enclaveQuotes);
    assert.ok(Object.entries(enclaveQuotes).every(([id, quote]) => id === quote.nodeId));
  });
}

async function errors() {
  await check('an id far beyond the end', async () => {
    const response = await client.path('/app/transactions/{transactionId}', '10000.100000').get();
    assert.ok(isUnexpected(response));
    refused(response, '404');
  });
  await check('contents that are no string', async () => {
    const request = { contentType: 'application/json', body: { contents: 5 } };
    refused(await client.path('/app/transactions').post(request), '400');
  });
  await check('a malformed range', async () => refused(await list({ fromTransactionId: 'one' }), '400'));
  await check('no client certificate', async () => {
    const stranger = connect({ tlsOptions: {} });
    refused(await stranger.path('/app/transactions/current').get(), '401', '403');
  });
}

for (const tour of [trust, entries, collections, ranges, proofs, users, governance, errors]) {
  await tour();
}
finish();
