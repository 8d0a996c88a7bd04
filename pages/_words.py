"""A word picker that completes over the whole vocabulary as fast as one types: the words travel to
the browser once, and are searched there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages._deferred import deferred
from pages._shared import literal
from w2v_core import SkipGram

_HERE = Path(__file__).resolve().parent
_JS = (_HERE / "_words.js").read_text(encoding="utf-8")
_CSS = """
.w2v-pick {position: relative; font: inherit; color: inherit;}
.w2v-pick label {display: block; font-size: .875rem; margin-bottom: .25rem;}
.w2v-pick input {width: 100%; box-sizing: border-box; font: inherit; color: inherit;
  height: 2.5rem; padding: 0 .75rem; border-radius: var(--st-base-radius, .5rem);
  border: 1px solid var(--st-border-color, rgba(128,136,150,.4));
  background: var(--st-secondary-background-color, transparent); outline: none;}
.w2v-pick input:focus {border-color: var(--st-primary-color, #0072B2);}
.w2v-pick ul {position: absolute; z-index: 1000; left: 0; right: 0; margin: .2rem 0 0; padding: .25rem;
  list-style: none; border-radius: .5rem; border: 1px solid rgba(128,136,150,.4);
  background: var(--st-background-color, #fff); box-shadow: 0 4px 16px rgba(0,0,0,.18);
  max-height: 22rem; overflow-y: auto;}
.w2v-pick ul[hidden] {display: none;}
.w2v-pick li {padding: .3rem .6rem; border-radius: .35rem; cursor: pointer; white-space: pre;
  overflow: hidden; text-overflow: ellipsis;}
.w2v-pick li[aria-selected=true] {background: var(--st-secondary-background-color, #eee);
  box-shadow: inset 3px 0 var(--st-primary-color, #0072B2);}
.w2v-pick li.none {opacity: .65; cursor: default;}
"""
_holder = st.components.v2.component(
    "w2v_vocabulary",
    html="<span></span>",
    js="""export default function ({data}) {
      (globalThis.__w2vWords ??= {})[data.id] = {words: JSON.parse(data.words)};
    }""",
    isolate_styles=False,
)
_picker = st.components.v2.component(
    "w2v_word_picker",
    html=(
        '<div class="w2v-pick"><label></label><input type="text" role="combobox" '
        'autocomplete="off" spellcheck="false" dir="auto" aria-autocomplete="list" '
        'aria-expanded="false"><ul role="listbox" hidden></ul></div>'
    ),
    css=_CSS,
    js=_JS,
    isolate_styles=False,
)


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_json(key: str, _words: list[str]) -> str:
    return json.dumps(_words)


def send_vocabulary(id: str, words: list[str]) -> None:
    """Let the pickers of this page that have the same ``id`` complete over a model's words; call it
    once a page."""
    _holder(key="_vocabulary", data={"id": id, "words": _as_json(f"{id} {len(words)}", words)})


def remember(name: str) -> Callable[[str], None]:
    """A setter of one entry of the address."""

    def set(value: str) -> None:
        st.session_state[name] = st.query_params[name] = value

    return set


def word_in_address(name: str, model: SkipGram) -> str | None:
    """The word that the address, or else the session, has under a name; unknown ones are said."""
    wanted = st.query_params.get(name) or st.session_state.get(name)
    row = None
    if wanted is not None:
        row = model.vocabulary.find(wanted)
        if row is None:
            try:
                model.vocabulary.index(wanted[:100])
            except KeyError as error:
                st.info(literal(str(error)))
    word = None if row is None else model.words[row]
    st.session_state[name] = word
    if word is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = word
    return word


def pick_word(
    label: str,
    id: str,
    key: str,
    on_pick: Callable[[str], None],
    *,
    value: str | None = None,
    placeholder: str = "type a word",
    clearable: bool = False,
) -> None:
    """A field for a word of a model's vocabulary.

    Parameters
    ----------
    label : str
    id : str
        That ``send_vocabulary`` was given: the model's.
    key : str
    on_pick : callable
        Called with the word, before the page runs again; with what was typed where the vocabulary
        holds no word like it.
    value : str, optional
        The word that stands in the field.
    placeholder : str
    clearable : bool
        Whether the field can be emptied: ``on_pick`` is then called with "".
    """

    def picked() -> None:
        pick = st.session_state[key].get("pick")
        if pick is not None:
            on_pick(str(pick["word"]))

    _picker(
        key=key,
        data={
            "id": id,
            "label": label,
            "value": value or "",
            "placeholder": placeholder,
            "clearable": clearable,
        },
        on_pick_change=deferred(picked),
    )
