// @ts-check
/** What the whole page knows: what the node said of itself, and who uses the page. The token is here and nowhere else. */

/**
 * @typedef {{issuer: string, clientId: string, scope: string, resource: string | null}} OpenId
 * @typedef {{ledgerId: string, nodeId: string, platform: string, isVirtual: boolean, apiVersion: string, openId: OpenId | null}} Config
 * @typedef {{userId: string, by: 'certificate' | 'token', roles: string[], actions: string[]}} Session
 */

const PREFIX = 'Microsoft.ConfidentialLedger/ledger/';

export const state = {
  /** @type {Config} */
  config: { ledgerId: '', nodeId: '', platform: '', isVirtual: false, apiVersion: '', openId: null },
  /** @type {Session | null} */
  session: null,
  /** Why there is no session, in the node's words. */
  refusal: '',
  /** @type {string | null} */
  token: null,
};

/**
 * Whether whoever uses the page may do something. It decides what is shown; the node decides what is done.
 * @param {string} action as `append` or `users/write`
 */
export const may = (action) => state.session?.actions.includes(PREFIX + action) ?? false;

/** For a view that shows nothing to who may not do something. @param {string} action @throws {Forbidden} */
export function require(action) {
  if (may(action)) return;
  throw new Forbidden(
    state.session === null
      ? state.refusal
      : `User ${state.session.userId} has the role ${state.session.roles.join(', ')}, which does not have the action ${PREFIX}${action}.`,
  );
}

/** Why something is not for whoever uses the page. */
export class Forbidden extends Error {}
