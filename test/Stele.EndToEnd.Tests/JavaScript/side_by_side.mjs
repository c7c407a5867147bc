// The official JavaScript client beside others on one ledger.
//
// side_by_side.mjs LEDGER_URL IDENTITY_URL LEDGER_ID DATA_DIRECTORY COLLECTION write|read
// write appends five entries. read prints the collection as JSON, [[id, contents], ...], once each receipt has been verified.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { strict as assert } from 'node:assert';
import library from '@azure-rest/confidential-ledger';
import { answered } from './checks.mjs';
import * as receipts from './receipts.mjs';

const { default: ConfidentialLedger, paginate } = library;
const [endpoint, , , data, collectionId, what] = process.argv.slice(2);
const service = readFileSync(join(data, 'service_cert.pem'), 'utf8');
const administrator = readFileSync(join(data, 'administrator.pem'), 'utf8');
const client = ConfidentialLedger(endpoint, service, {
  tlsOptions: { cert: administrator, key: administrator },
  apiVersion: '2024-12-09-preview',
});

async function until(state, ask) {
  for (;;) {
    const body = answered(await ask());
    if (body.state === state) {
      return body;
    }
    await delay(100);
  }
}

async function write() {
  for (let number = 0; number < 5; number++) {
    const response = await client.path('/app/transactions').post({
      contentType: 'application/json',
      queryParameters: { collectionId },
      body: { contents: `JavaScript ${number}` },
    });
    answered(response);
    const id = response.headers['x-ms-ccf-transaction-id'];
    await until('Committed', () => client.path('/app/transactions/{transactionId}/status', id).get());
  }
}

async function read() {
  const entries = [];
  const first = await client.path('/app/transactions').get({ queryParameters: { collectionId } });
  for await (const { transactionId, contents } of paginate(client, first)) {
    entries.push([transactionId, contents]);
    const answer = await until('Ready', () =>
      client.path('/app/transactions/{transactionId}/receipt', transactionId).get());
    receipts.verify(answer.receipt, service, answer.applicationClaims);
    assert.equal(answer.applicationClaims[0].ledgerEntry.contents, contents);
  }
  console.log(JSON.stringify(entries));
}

await { write, read }[what]();
