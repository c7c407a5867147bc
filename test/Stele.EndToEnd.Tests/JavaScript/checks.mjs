// One line for each check: `ok NAME` or `not ok NAME: why`, and the count at the end: a cut-off run shows.

import { strict as assert } from 'node:assert';

let count = 0;

export async function check(name, body) {
  count++;
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`not ok ${name}: ${String(error?.message ?? error).replace(/\s+/g, ' ')}`);
  }
}

/** The answer's body, when it has the expected status. */
export function answered(response, status = '200') {
  assert.equal(response.status, status, JSON.stringify(response.body));
  return response.body;
}

/** An answer that must be an error of this status, with a code and a message that says something. */
export function refused(response, ...statuses) {
  assert.ok(statuses.includes(response.status), `status ${response.status}: ${JSON.stringify(response.body)}`);
  const { code, message } = response.body.error;
  assert.ok(code.length > 0 && message.length > 10, JSON.stringify(response.body));
}

export function finish() {
  console.log(`1..${count}`);
}
