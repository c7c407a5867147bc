// @ts-check
/** Makes seen what is not: characters that draw nothing, or turn the order in which the others are read. */

import { h } from './dom.js';

// Controls but tab and line end; line separators; and what Unicode calls ignorable (UAX 44): marks of direction (UAX 9), spaces of
// no width, joiners, fillers, selectors, tags. A joiner between two pictographs, and a selector behind one, are part of the picture.
const IN_PICTURES = [
  /(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]/u,
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})/u,
];
const ALWAYS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)/u;
const OTHERS = `(?!${IN_PICTURES.map((part) => part.source).join('|')})\\p{Default_Ignorable_Code_Point}`;
const UNSEEN = new RegExp(`${ALWAYS.source}|${OTHERS}`, 'u');
const AROUND = new RegExp(`(${UNSEEN.source})`, 'u');

/** A text, letter for letter, with each such character marked by its number. @param {string} text @returns {(Node | string)[]} */
export const plain = (text) =>
  UNSEEN.test(text) ? text.split(AROUND).map((part, at) => (at % 2 === 0 ? part : mark(part))) : [text];

/** The same where there can be no elements: such a character is replaced by its number. @param {string} text */
export const spelled = (text) =>
  text
    .split(AROUND)
    .map((part, at) => (at % 2 === 0 ? part : `[${number(part)}]`))
    .join('');

/** @param {string} character */
const mark = (character) => h('span.unseen', { 'data-code': number(character) }, character);

/** @param {string} character */
const number = (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
