// @ts-check
/** Two texts, line by line: what goes, what comes. */

import { h } from './dom.js';
import { inLines, isJson } from './json.js';
import { plain } from './unseen.js';

// Of a part that differs: what is longer goes as a whole, and comes as a whole. Nothing is ever left out.
const LINES_MAX = 1500;
const AROUND = 3;

const SIGNS = { same: '  ', gone: '− ', new: '+ ' };

/** @typedef {{kind: 'same' | 'gone' | 'new', text: string}} Line */

/** @param {string | null} before @param {string | null} after */
export function diff(before, after) {
  const laidOut = compare(...layOut(before, after));
  // What differs in nothing but white space or escapes is shown as it stands.
  const isSame = before !== after && laidOut.every((line) => line.kind === 'same');
  return h('pre.diff', { tabindex: 0 }, runs(isSame ? compare(split(before), split(after)) : laidOut).map(drawn));
}

/** Both sides in lines: JSON as JSON, a text that stands there as one JSON string by its own line ends. */
function layOut(/** @type {(string | null)[]} */ ...sides) {
  const strings = sides.map((side) => (side === null ? null : stringIn(side)));
  const areStrings = sides.every((side, at) => side === null || strings[at] !== null);
  const lines = areStrings ? strings.map(split) : sides.map((side) => split(side !== null && isJson(side) ? inLines(side) : side));
  return /** @type {[string[], string[]]} */ (lines);
}

/** @param {string} text @returns {string | null} */
function stringIn(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** @param {string | null} text */
const split = (text) => (text === null ? [] : text.split('\n'));

/** @param {Line[] | null} run */
function drawn(run) {
  if (run === null) return h('span.diff-skip', null, '⋯\n');
  const text = run.map((line) => `${SIGNS[line.kind]}${line.text}\n`).join('');
  return h(`span.diff-${run[0].kind}`, null, plain(text));
}

/** By the longest common subsequence. @param {string[]} a @param {string[]} b @returns {Line[]} */
function compare(a, b) {
  let first = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first++;
  let last = 0;
  while (last < a.length - first && last < b.length - first && a[a.length - 1 - last] === b[b.length - 1 - last]) last++;
  return [
    ...a.slice(0, first).map(as('same')),
    ...middle(a.slice(first, a.length - last), b.slice(first, b.length - last)),
    ...a.slice(a.length - last).map(as('same')),
  ];
}

/** @param {Line['kind']} kind @returns {(text: string) => Line} */
const as = (kind) => (text) => ({ kind, text });

/** @param {string[]} a @param {string[]} b @returns {Line[]} */
function middle(a, b) {
  if (a.length > LINES_MAX || b.length > LINES_MAX) return [...a.map(as('gone')), ...b.map(as('new'))];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
  /** @type {Line[]} */
  const lines = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      lines.push({ kind: 'gone', text: a[i++] });
    } else {
      lines.push({ kind: 'new', text: b[j++] });
    }
  }
  return lines;
}

/** Lines of one kind together, without those that are the same far from any change. @param {Line[]} lines */
function runs(lines) {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.kind !== 'same'));
  /** @type {(Line[] | null)[]} */
  const out = [];
  lines.forEach((line, at) => {
    const last = out.at(-1);
    if (!near[at]) {
      if (last !== null) out.push(null);
    } else if (last?.[0].kind === line.kind) {
      last.push(line);
    } else {
      out.push([line]);
    }
  });
  return out;
}
