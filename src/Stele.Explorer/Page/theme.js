// @ts-check
/** Light or dark: as the system says, until somebody chooses. */

const NAME = 'stele.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** @param {HTMLButtonElement} button */
export function start(button) {
  const chosen = localStorage.getItem(NAME);
  show(chosen ?? (dark.matches ? 'dark' : 'light'), button);
  dark.addEventListener('change', () => {
    if (!localStorage.getItem(NAME)) show(dark.matches ? 'dark' : 'light', button);
  });
  button.addEventListener('click', () => {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem(NAME, next);
    show(next, button);
  });
}

/** @param {string} theme @param {HTMLButtonElement} button */
function show(theme, button) {
  document.documentElement.dataset.theme = theme;
  button.textContent = theme === 'dark' ? '☀' : '☾';
  button.setAttribute('aria-label', theme === 'dark' ? 'Use light colours' : 'Use dark colours');
  button.title = button.getAttribute('aria-label') ?? '';
}
