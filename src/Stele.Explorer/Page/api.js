// @ts-check
/** Asks the node, as any client does. */

import { state } from './state.js';

const GOVERNANCE_VERSION = '2024-07-01';

/** What the node refused, and why. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query] what is empty is left out
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} JSON, or a script's text
 */
export const get = (path, query, signal) => send('GET', path, { query, signal });

/**
 * An answer's own text: what is verified is what came, letter for letter.
 * @param {string} path @param {Record<string, string | number | null | undefined>} [query] @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export const getText = async (path, query, signal) => textOf(await ask('GET', path, { query, signal }));

/**
 * @param {string} method
 * @param {string} path
 * @param {{query?: Record<string, string | number | null | undefined>, body?: unknown, type?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function send(method, path, options = {}) {
  const response = await ask(method, path, options);
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false;
  const text = await textOf(response);
  return isJson ? JSON.parse(text) : text;
}

/**
 * @param {string} method @param {string} path
 * @param {{query?: Record<string, string | number | null | undefined>, body?: unknown, type?: string, signal?: AbortSignal}} options
 */
async function ask(method, path, { query, body, type = 'application/json', signal }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (state.token) headers.Authorization = `Bearer ${state.token}`;
  if (body !== undefined) headers['Content-Type'] = type;
  try {
    return await fetch(link(path, query), {
      method,
      headers,
      signal,
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, 'NotReachable', 'The node does not answer: it is stopped, or cannot be reached from here.');
  }
}

/**
 * All items of a list that comes in pages, up to a bound.
 * @param {string} path @param {string} name the list's member @param {number} most
 * @param {AbortSignal} [signal]
 * @returns {Promise<{items: any[], isWhole: boolean}>}
 */
export async function all(path, name, most, signal) {
  const items = [];
  let page = await get(path, {}, signal);
  items.push(...page[name]);
  while (page.nextLink && items.length < most) {
    page = await get(page.nextLink, {}, signal);
    items.push(...page[name]);
  }
  return { items: items.slice(0, most), isWhole: !page.nextLink && items.length <= most };
}

/**
 * The path with its query, and the version that its part of the API wants.
 * @param {string} path @param {Record<string, string | number | null | undefined>} [query]
 */
export function link(path, query = {}) {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) throw new ApiError(0, 'OtherOrigin', 'The node gave a link to another origin.');
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, String(value));
  if (url.pathname.startsWith('/app/')) url.searchParams.set('api-version', state.config.apiVersion);
  if (url.pathname.startsWith('/gov/')) url.searchParams.set('api-version', GOVERNANCE_VERSION);
  // Whole: a path of two slashes would name another host.
  return url.href;
}

/** @param {Response} response */
async function textOf(response) {
  const text = await response.text();
  if (response.ok) return text;
  let error = { code: String(response.status), message: `The node answered ${response.status}.` };
  try {
    error = { ...error, ...JSON.parse(text).error };
  } catch {
    // A status without a body says enough.
  }
  throw new ApiError(response.status, error.code, error.message);
}
