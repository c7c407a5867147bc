// @ts-check
/**
 * The service's certificate: the one thing that verification trusts. It is remembered in this browser with its fingerprint. One that
 * was fetched is trusted because the node said so, once; one that was pasted is trusted because its owner brought it.
 */

import { get } from './api.js';
import { fingerprint, hex } from './format.js';
import { certificateDer } from './receipt.js';
import { state } from './state.js';

const BYTES_MAX = 16 * 1024;

/**
 * @typedef {{pem: string, fingerprint: string, source: 'fetched' | 'pasted', since: string}} Trusted
 */

const place = () => `stele.trust.${state.config.ledgerId}`;

/** What is trusted for this ledger. @returns {Trusted | null} */
export function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(place()) ?? 'null');
    return typeof found?.pem === 'string' && typeof found?.fingerprint === 'string' ? found : null;
  } catch {
    return null;
  }
}

/**
 * Trusts a certificate from now on.
 * @param {string} pem @param {'fetched' | 'pasted'} source
 * @returns {Promise<Trusted>}
 */
export async function remember(pem, source) {
  // What is remembered holds that certificate and nothing else.
  const base64 = btoa(String.fromCharCode(...derOf(pem)));
  const written = ['-----BEGIN CERTIFICATE-----', ...(base64.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----', ''].join('\n');
  const trusted = { pem: written, fingerprint: await fingerprintOf(pem), source, since: new Date().toISOString() };
  localStorage.setItem(place(), JSON.stringify(trusted));
  return trusted;
}

/** Trusts nothing any more. */
export const forget = () => localStorage.removeItem(place());

/** What is trusted; on the very first use, what the node says. @returns {Promise<Trusted>} */
export const trusted = async () => remembered() ?? remember(await presented(), 'fetched');

/** The certificate that the node presents now. @returns {Promise<string>} */
export const presented = async () => (await get('/node/network')).service_certificate;

/** Whether the node presents another certificate than the one that is trusted. */
export async function hasChanged() {
  const known = remembered();
  return known !== null && known.fingerprint !== (await fingerprintOf(await presented()));
}

/**
 * SHA-256 of a certificate's DER, as tools print it.
 * @param {string} pem
 * @throws {Error} it is no certificate
 */
export const fingerprintOf = async (pem) => fingerprint(hex(await crypto.subtle.digest('SHA-256', derOf(pem))));

/** The one certificate of a text, as verification reads it: of two, each reader may take another. @param {string} pem */
function derOf(pem) {
  if (pem.length > BYTES_MAX) throw new Error('This is too long to be a certificate.');
  if (pem.split('-----BEGIN').length > 2) throw new Error('This is more than one certificate: bring the service’s alone.');
  try {
    return certificateDer(pem);
  } catch {
    throw new Error('This is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.');
  }
}
