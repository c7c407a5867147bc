// Verifies what comes in, a line for each receipt, and answers with a line: `verify_lines.mjs receipt.js`.
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { verifyReceipt } = await import(pathToFileURL(resolve(process.argv[2])));
for await (const line of createInterface({ input: process.stdin })) {
  const { receipt, service, options } = JSON.parse(line);
  const { verified, steps, transactionId, entries } = await verifyReceipt(receipt, service, options ?? {});
  console.log(JSON.stringify({ verified, transactionId, entries, steps: steps.map(({ name, passed }) => ({ name, passed })) }));
}
