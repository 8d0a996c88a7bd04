// Formulas wider than their place scroll; the keyboard reaches only those that can have the focus.

const WAIT = 200; // milliseconds after a change of the page

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

function look() {
  for (const formula of document.querySelectorAll('.katex-display')) {
    if (formula.scrollWidth > formula.clientWidth) {
      formula.setAttribute('tabindex', '0');
      formula.setAttribute('role', 'group');
      formula.setAttribute('aria-label', 'Formula, which scrolls sideways');
    } else for (const name of ['tabindex', 'role', 'aria-label']) formula.removeAttribute(name);
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
}

new MutationObserver(soon).observe(document.body, {childList: true, subtree: true});
addEventListener('resize', soon);
soon();
