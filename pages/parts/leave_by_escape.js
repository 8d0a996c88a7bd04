// Escape leaves presentation, unless it closes something or a field or a map has a use for it.

import {isOpen} from '../plot/film_keys.js';

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || isOpen()) return;
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest('input:not([type=range]), textarea, [contenteditable=true], [role=application]')) return;
  const button = document.querySelector('.st-key-icon_leave_presentation button');
  if (button instanceof HTMLElement) button.click();
});
