// Verification of a receipt from nothing but the service certificate, written from the published algorithm alone.

import { createHash, createHmac, X509Certificate } from 'node:crypto';
import { strict as assert } from 'node:assert';
import { verifyDigest } from './ecdsa.mjs';

const join = (parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const sha256 = (...parts) => createHash('sha256').update(join(parts)).digest();
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

function digest(text) {
  assert.match(text, /^[0-9a-f]{64}$/);
  return Buffer.from(text, 'hex');
}

function claimDigest(claim) {
  if (claim.kind === 'ClaimDigest') {
    return sha256(claim.digest.protocol, digest(claim.digest.value));
  }
  assert.equal(claim.kind, 'LedgerEntry');
  const { protocol, collectionId, contents, secretKey } = claim.ledgerEntry;
  const key = Buffer.from(secretKey, 'base64');
  return sha256(protocol, sha256(hmac(key, collectionId), hmac(key, contents)));
}

/** The hexadecimal digest that a receipt's leaf must hold for these application claims. */
export function claimsDigest(claims) {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(claims.length);
  return sha256(count, ...claims.map(claimDigest)).toString('hex');
}

function rootOf(receipt) {
  const leaf = receipt.leafComponents;
  let current = sha256(digest(leaf.writeSetDigest), sha256(leaf.commitEvidence), digest(leaf.claimsDigest));
  for (const step of receipt.proof) {
    const [[side, sibling], ...others] = Object.entries(step);
    assert.ok(others.length === 0 && ['left', 'right'].includes(side), `a proof step ${JSON.stringify(step)}`);
    current = side === 'left' ? sha256(digest(sibling), current) : sha256(current, digest(sibling));
  }
  return current;
}

/** Throws when the receipt does not prove its transaction (and the claims, when given) under this service. */
export function verify(receipt, serviceCertificate, claims) {
  if (claims !== undefined) {
    assert.equal(claimsDigest(claims), receipt.leafComponents.claimsDigest);
  }
  const node = new X509Certificate(receipt.cert);
  let current = node;
  for (const pem of [...(receipt.serviceEndorsements ?? []), serviceCertificate]) {
    const issuer = new X509Certificate(pem);
    assert.ok(current.verify(issuer.publicKey), `the certificate of ${current.subject} is not endorsed`);
    current = issuer;
  }
  if (receipt.nodeId !== undefined) {
    assert.equal(sha256(node.publicKey.export({ type: 'spki', format: 'der' })).toString('hex'), receipt.nodeId);
  }
  const signature = Buffer.from(receipt.signature, 'base64');
  assert.ok(verifyDigest(node.publicKey, rootOf(receipt), signature), "the root's signature is wrong");
}
