// @ts-check
/** Members by name. A name is what somebody proposed, and two may have the same: the id, which nobody chooses, stands beside it. */

import { h } from './dom.js';
import { digest, short } from './format.js';
import { readCertificate } from './receipt.js';
import { plain } from './unseen.js';

const NAME_MAX = 60;

/** What a member is called: the name in its data, else its certificate's subject; null for neither. @param {any} member */
export function nameOf({ memberData, certificate }) {
  const name = memberData?.name;
  if (typeof name === 'string' && name.trim() !== '') return name;
  try {
    return readCertificate(certificate).subject || null;
  } catch {
    return null;
  }
}

/** The members' names by their ids. @param {any[]} members @returns {Map<string, string | null>} */
export const namesOf = (members) => new Map(members.map((member) => [member.memberId, nameOf(member)]));

/** A member by name, where it has one, and by id. @param {Map<string, string | null>} names @param {string} id @param {number} [length] */
export function person(names, id, length = 12) {
  const name = names.get(id);
  return h('span.person', null, name ? [h('bdi', null, plain(short(name, NAME_MAX))), ' '] : null, digest(id, length));
}

/** What a member has of the key that opens the ledger: shares are issued to who is active. @param {any} member @returns {string} */
export function recoveryOf({ status, publicEncryptionKey, recoveryRole = 'Participant' }) {
  if (!publicEncryptionKey || recoveryRole === 'NonParticipant') return 'holds no recovery share';
  const part = recoveryRole === 'Owner' ? 'a recovery share that suffices alone' : 'a recovery share';
  return status === 'Active' ? `holds ${part}` : `will hold ${part} once acknowledged`;
}
