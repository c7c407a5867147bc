// @ts-check
/**
 * Who uses the page: the holder of the connection's client certificate, or of a token that an OpenID Connect issuer gave to this page
 * (authorization code with PKCE, RFC 7636). The token stays in memory: it is gone when the page is.
 */

import { ApiError, get } from './api.js';
import { state } from './state.js';

const PENDING = 'stele.signin';

/** Finds out who one is. */
export async function load() {
  try {
    const answer = await get('/explorer/session.json');
    state.session = answer.userId === null ? null : answer;
    state.refusal = answer.refusal ?? '';
  } catch (failure) {
    state.session = null;
    state.refusal = failure instanceof ApiError ? failure.message : String(failure);
  }
}

/** Goes to the issuer to sign in; it sends the browser back here. */
export async function signIn() {
  const openId = configured();
  const issuer = await discover(openId.issuer);
  const pending = { state: random(), verifier: random(), route: location.hash };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const url = new URL(issuer.authorization_endpoint);
  const asked = {
    response_type: 'code',
    client_id: openId.clientId,
    redirect_uri: redirect,
    scope: openId.scope,
    state: pending.state,
    code_challenge: await challenge(pending.verifier),
    code_challenge_method: 'S256',
    ...(openId.resource ? { resource: openId.resource } : {}),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url.href);
}

/** Takes the token when the issuer has sent the browser back. @returns {Promise<boolean>} whether it has */
export async function finishSignIn() {
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || !(query.has('code') || query.has('error'))) return false;
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null');
  sessionStorage.removeItem(PENDING);
  // The code must not stay in the address bar, or in the history.
  history.replaceState(null, '', location.pathname + (pending?.route ?? ''));
  if (!pending || pending.state !== query.get('state')) throw new Error('The issuer’s answer is to a question that was not asked here.');
  // RFC 9207: another issuer's code is not for this one.
  const issuer = query.get('iss');
  if (issuer !== null && issuer !== configured().issuer) throw new Error(`The answer is of the issuer ${issuer}, which was not asked.`);
  if (query.has('error')) throw new Error(`The issuer refused: ${query.get('error_description') ?? query.get('error')}.`);
  state.token = await exchange(String(query.get('code')), pending.verifier);
  return true;
}

/** Forgets the token. */
export async function signOut() {
  state.token = null;
  await load();
}

/** @param {string} code @param {string} verifier @returns {Promise<string>} */
async function exchange(code, verifier) {
  const openId = configured();
  const issuer = await discover(openId.issuer);
  const answer = await fetch(issuer.token_endpoint, {
    method: 'POST',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      client_id: openId.clientId,
      code_verifier: verifier,
      ...(openId.resource ? { resource: openId.resource } : {}),
    }),
  });
  const token = await answer.json();
  if (!answer.ok || typeof token.access_token !== 'string')
    throw new Error(`The issuer gave no token: ${token.error_description ?? token.error ?? answer.status}.`);
  return token.access_token;
}

/** @param {string} issuer @returns {Promise<{authorization_endpoint: string, token_endpoint: string}>} */
async function discover(issuer) {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { credentials: 'omit' });
  const found = await answer.json();
  if (found.issuer !== issuer) throw new Error(`The issuer says that it is ${found.issuer}, and ${issuer} was expected.`);
  if (new URL(found.authorization_endpoint).protocol !== 'https:') throw new Error('The issuer signs in without TLS.');
  return found;
}

function configured() {
  if (!state.config.openId) throw new Error('This node has no issuer configured for the explorer.');
  return state.config.openId;
}

// As it is registered at the issuer, whatever name the page was opened by.
const redirect = `${location.origin}/explorer/`;

const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));

/** @param {string} verifier */
const challenge = async (verifier) => base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

/** @param {Uint8Array} bytes */
const base64Url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
