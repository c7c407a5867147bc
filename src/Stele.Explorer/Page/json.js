// @ts-check
/** Shows JSON as JSON, each number and string letter for letter as it stands in the entry: nothing is rounded, nothing merged. */

import { fill, h } from './dom.js';
import { plain } from './unseen.js';

const TOKEN = /\s+|"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/gy;
const SHOWN = 200_000;
// What is nested deeper stays on one line: indentation would outgrow what it indents.
const DEPTH_MAX = 32;

/** @typedef {{text: string, kind: string | null}} Piece */

/** Whether a text is a JSON object or array. @param {string} text */
export function isJson(text) {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An entry's contents, as JSON or as text; never as markup. @param {string} text */
export function contents(text) {
  const pre = h('pre.contents', { tabindex: 0, 'aria-label': 'Contents' });
  const part = text.slice(0, SHOWN);
  fill(pre, text.length <= SHOWN && isJson(text) ? pieces(text).map(drawn) : plain(part));
  if (text.length <= SHOWN) return pre;
  const more = h(
    'button',
    {
      type: 'button',
      onclick: () => {
        fill(pre, plain(text));
        more.remove();
      },
    },
    `Show all ${text.length.toLocaleString('en')} characters`,
  );
  return h('div', null, pre, more);
}

/** JSON in lines, as it is shown. @param {string} text valid JSON */
export const inLines = (text) => pieces(text).map((piece) => piece.text).join('');

/**
 * What an object or array holds, each value letter for letter.
 * @param {string} text valid JSON @returns {{name: string, text: string}[]} elements of an array have no name
 */
export function members(text) {
  const found = [];
  let [name, value, depth] = ['', '', 0];
  for (const token of [...tokens(text).slice(1, -1), ',']) {
    if (token === ']' || token === '}') depth--;
    if (depth === 0 && token === ',') {
      if (value !== '') found.push({ name, text: value });
      [name, value] = ['', ''];
    } else if (depth === 0 && token === ':') {
      [name, value] = [JSON.parse(value), ''];
    } else {
      value += token;
    }
    if (token === '[' || token === '{') depth++;
  }
  return found;
}

/** A member by its name: the last of them, as parsers have it. @param {string} text valid JSON @param {string} name */
export const member = (text, name) => members(text).filter((one) => one.name === name).at(-1)?.text;

/** @param {string} text valid JSON @returns {string[]} */
const tokens = (text) => (text.match(TOKEN) ?? []).filter((token) => token.trim() !== '');

/** @param {Piece} piece */
const drawn = ({ text, kind }) => (kind === null ? text : h(`span.${kind}`, null, plain(text)));

/** @param {string} text valid JSON */
function pieces(text) {
  /** @type {Piece[]} */
  const out = [];
  /** @param {...string} parts */
  const bare = (...parts) => parts.forEach((part) => out.push({ text: part, kind: null }));
  let depth = 0;
  const found = tokens(text);
  for (let i = 0; i < found.length; i++) {
    const token = found[i];
    const isEmpty = (token === '{' || token === '[') && (found[i + 1] === '}' || found[i + 1] === ']');
    if (isEmpty) {
      bare(token + found[++i]);
    } else if (token === '{' || token === '[') {
      bare(token, indent(++depth));
    } else if (token === '}' || token === ']') {
      bare(indent(depth--, depth), token);
    } else if (token === ',') {
      bare(token, indent(depth));
    } else if (token === ':') {
      bare(': ');
    } else {
      out.push({ text: token, kind: kind(token, found[i + 1]) });
    }
  }
  return out;
}

/** @param {number} depth inside of what @param {number} [width] of the indentation */
const indent = (depth, width = depth) => (depth > DEPTH_MAX ? '' : `\n${'  '.repeat(width)}`);

/** @param {string} token @param {string | undefined} next */
function kind(token, next) {
  if (token.startsWith('"')) return next === ':' ? 'j-name' : 'j-string';
  return /^[-\d]/.test(token) ? 'j-number' : 'j-word';
}
