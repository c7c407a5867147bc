// @ts-check
/** A plot of the last values, newest at the right. */

import { fill, h, s } from './dom.js';
import { number } from './format.js';

const WIDTH = 720;
const HEIGHT = 180;
const TOP = 14;
const BOTTOM = 2; // a line at zero is drawn whole
const FEWEST = 20; // values that fill the width, while there are not more

/**
 * @param {string} unit what a value is, as `transactions a second`
 * @param {number} count how many values fill the width at most
 */
export function plot(unit, count) {
  const area = s('path', { class: 'plot-area' });
  const line = s('path', { class: 'plot-line' });
  const grid = s('g', { class: 'plot-grid' });
  const picture = s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', class: 'plot', preserveAspectRatio: 'none' },
    grid,
    area,
    line,
  );
  const top = h('span.plot-top');
  /** @param {number[]} values */
  const draw = (values) => {
    const most = ceiling(Math.max(...values, 1));
    const across = Math.min(count, Math.max(values.length, FEWEST)) - 1;
    const x = (/** @type {number} */ i) => WIDTH - ((values.length - 1 - i) * WIDTH) / across;
    const y = (/** @type {number} */ value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
    const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
    line.setAttribute('d', points.length > 1 ? `M${points.join('L')}` : '');
    area.setAttribute('d', points.length > 1 ? `M${x(0).toFixed(1)},${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z` : '');
    const last = values.at(-1) ?? 0;
    fill(
      grid,
      [0, 0.25, 0.5, 0.75, 1].map((part) => s('line', { x1: 0, x2: WIDTH, y1: y(most * part), y2: y(most * part) })),
    );
    top.textContent = `${number(most)}/s`;
    picture.setAttribute(
      'aria-label',
      `${number(last)} ${unit} now, at most ${number(Math.max(...values, 0))} in the last ${values.length} seconds`,
    );
  };
  return { element: h('figure.plot-frame', null, top, picture, h('span.plot-zero', null, '0')), draw };
}

/** The next round number. @param {number} value */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? value;
}
