"""A word picker that completes over the whole vocabulary as fast as one types: the words travel to
the browser once, and are searched there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts.browser_modules import modules
from pages.parts.deferred import deferred

_HERE = Path(__file__).resolve().parent
_holder = st.components.v2.component(
    "w2v_vocabulary",
    html="<span></span>",
    js=f"""export default function ({{data}}) {{
      {modules.promise("parts/word_picker/search.js")}.then((code) => code.keep(data)).catch(console.error);
    }}""",
    isolate_styles=False,
)
_picker = st.components.v2.component(
    "w2v_word_picker",
    html=(
        '<div class="w2v-pick"><label></label><input type="text" role="combobox" '
        'autocomplete="off" spellcheck="false" dir="auto" aria-autocomplete="list" '
        'aria-expanded="false"><ul role="listbox" hidden></ul></div>'
    ),
    css=(_HERE / "picker.css").read_text(encoding="utf-8"),
    js=f"""export default function (component) {{
      {modules.promise("parts/word_picker/picker.js")}
        .then((code) => code.default(component)).catch(console.error);
    }}""",
    isolate_styles=False,
)


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_json(key: str, _words: list[str]) -> str:
    return json.dumps(_words)


def send_vocabulary(id: str, words: list[str]) -> None:
    """Let the pickers of this page that have the same ``id`` complete over a model's words; call it
    once a page."""
    _holder(key="_vocabulary", data={"id": id, "words": _as_json(f"{id} {len(words)}", words)})


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

    modules.keep()

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
