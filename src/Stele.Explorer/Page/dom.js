// @ts-check
/** Makes elements. Nothing in this page is made from text that is read as markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @typedef {Node | string | number | null | undefined | false} One
 * @typedef {One | One[] | (One | One[])[] | any[]} Child
 * @typedef {Record<string, unknown>} Properties
 */

/**
 * An HTML element.
 * @param {string} tag its name, with classes behind dots: `p.note.wide`
 * @param {Properties | null} [properties] attributes; `onclick` and the like are listeners
 * @param {...Child} children
 * @returns {any} typed loosely: callers know what they asked for
 */
export function h(tag, properties, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  return finish(element, properties, children);
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Properties | null} [properties]
 * @param {...Child} children
 * @returns {any}
 */
export function s(tag, properties, ...children) {
  return finish(document.createElementNS(SVG, tag), properties, children);
}

/**
 * @param {Element} parent
 * @param {...Child} children put in place of what it had
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** @param {Element} element @param {Properties | null | undefined} properties @param {Child[]} children */
function finish(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name === 'value') /** @type {HTMLInputElement} */ (element).value = String(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} parent @param {Child[]} children */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else parent.append(child instanceof Node ? child : String(child));
  }
}
