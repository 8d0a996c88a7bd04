"""The field for a text that is pasted.

The browser sends what stands in fields in one message, which Streamlit takes up to a size
(``server.maxWidgetStateSize``, 25 MB); a larger one ends the connection without a word. A browser gives up
before that: a tab of Chromium broke at 24 MB. So the browser turns a longer text away, with a sentence and
the way to an upload.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.text.upload_size import most_upload

KEY = "pasted"
MOST_MB = 10
"""The longest text that can be pasted."""
OTHER_FIELDS_MB = 1
"""Megabytes of a message that are left for the other fields of the page."""

# Both events are heard before the field hears them: what is pasted or dropped is turned away before it
# is there, and what came in by another way (a browser without the first event) is taken out again.
_JS = """
const LIMIT = '__w2vPasteLimit';
function bytes(text) { return new Blob([text]).size; }
function field(event) {
  const here = event.target instanceof HTMLTextAreaElement;
  return here && event.target.closest('.st-key-KEY') ? event.target : null;
}
function refuse(event, size) {
  event.preventDefault(); event.stopImmediatePropagation();
  window[LIMIT].refuse(size);
}
function before(event) {
  const area = field(event), added = event.data ?? event.dataTransfer?.getData('text/plain');
  if (!area || !added) return;
  const kept = area.value.length - (area.selectionEnd - area.selectionStart);
  // A character takes at most three bytes: most texts need not be measured.
  if (3 * (kept + added.length) <= window[LIMIT].most) return;
  const whole = area.value.slice(0, area.selectionStart) + added
    + area.value.slice(area.selectionEnd);
  const size = bytes(whole);
  if (size > window[LIMIT].most) refuse(event, size); else window[LIMIT].clear();
}
function after(event) {
  const area = field(event);
  if (!area) return;
  const size = 3 * area.value.length > window[LIMIT].most ? bytes(area.value) : 0;
  if (size > window[LIMIT].most) { refuse(event, size); area.value = ''; }
  else window[LIMIT].clear();
}
export default function ({data, parentElement, setTriggerValue}) {
  const note = parentElement.querySelector('.w2v-too-long');
  const said = note.querySelector('span');
  note.querySelector('button').onclick = () => setTriggerValue('upload', true);
  const first = !window[LIMIT];
  window[LIMIT] = {
    most: data.most,
    refuse: (size) => {
      said.textContent = `This text has ${(size / 1e6).toFixed(1)} MB, and at most `
        + `${data.most / 1e6} MB can be pasted. Save it as a .txt file and upload that.`;
      note.hidden = false;
    },
    clear: () => { note.hidden = true; },
  };
  if (first) {
    document.addEventListener('beforeinput', before, true);
    document.addEventListener('input', after, true);
  }
}
""".replace("KEY", KEY)
_CSS = """
.w2v-too-long { padding: 0.7rem 1rem; border-radius: 0.5rem; color: var(--st-red-text-color);
  background: var(--st-red-background-color); font-family: var(--st-font); }
.w2v-too-long button { margin-left: 0.6rem; padding: 0.2rem 0.7rem; border-radius: 0.5rem;
  border: 1px solid currentColor; background: none; color: inherit; font: inherit; cursor: pointer; }
"""
_guard = st.components.v2.component(
    "w2v_paste",
    html='<div class="w2v-too-long" role="alert" hidden><span></span><button>Upload a file</button></div>',
    css=_CSS,
    js=_JS,
    isolate_styles=False,
)


def most_pasted() -> int:
    """The longest text that can be pasted, in MB."""
    message = st.get_option("server.maxWidgetStateSize") - OTHER_FIELDS_MB
    return max(min(MOST_MB, most_upload(), message), 1)


def paste_field(changed: Callable[[], None], upload: Callable[[], None]) -> str:
    """The field, and what stands in it.

    Parameters
    ----------
    changed : callable
        Called when the text was changed.
    upload : callable
        Called when the person would rather upload a file.
    """
    most = most_pasted()
    text = st.text_area(
        f"Paste a text of your own, up to {most:,} MB; upload a longer one as a file",
        height=140,
        key=KEY,
        on_change=deferred(changed),
        placeholder="Berlin is a city in East Germany. Paris is a city in France. …",
    )
    _guard(
        key="paste_guard",
        data={"most": most * 1_000_000},
        on_upload_change=deferred(upload),
    )
    return text
