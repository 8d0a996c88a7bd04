"""The tour: three things to do with the sample, in a slim strip above the pages.

A step is done once its page has answered: the question of the step, to which its link leads, or one of
the person's own. To open the page, which asks something by itself, is not enough. What was done, or that
the tour was skipped, stands in a cookie of the browser, which outlives the session, so that nobody is shown
it twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import short
from pages.parts.model.current_model import current_model_id
from pages.parts.model.model_addresses import base_path
from pages.parts.model.opened_model import open_model, vectors
from pages.parts.readable_cache import of_readable
from pages.parts.relation_tools import ROYAL, lists
from w2v_core.space.example_words import opening_question, opening_word
from w2v_core.storage.sample_ids import is_sample

COOKIE = "w2v_tour"
OVER = "over"  # in the cookie: all was done, or skipped
STEPS = ("word", "analogy", "diamond")
_DAYS = 400  # for which the cookie is kept: as long as browsers allow

_JS = """export default function ({data}) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${data.name}=${data.value}; Path=${data.path}; Max-Age=${data.seconds}; ` +
    `SameSite=Lax${secure}`;
}"""
_cookie = st.components.v2.component("w2v_tour", html="<span></span>", js=_JS, isolate_styles=False)


@dataclass(frozen=True)
class Step:
    """A step as the strip shows it: its sentence, and the page and the fields that ask its question."""

    name: str
    sentence: str
    page: str
    asked: dict[str, str]

    @property
    def address(self) -> dict[str, str]:
        """What its link has in the address: the question, and that it is this step's."""
        return {**self.asked, address.STEP.name: self.name}


def show_tour(page: str) -> bool:
    """Draw the strip above a page, named by its address, while a sample is open and the tour is neither
    done nor skipped; returns whether it was drawn."""
    done = _done()
    _remember(done)
    id = current_model_id()
    if OVER in done or id is None or not is_sample(id):
        return False
    finished = done.issuperset(STEPS)
    if finished and st.session_state.setdefault("_tour_ended_on", page) != page:
        return False
    _draw(id, done, finished)
    st.session_state["_tour_drawn"] = frozenset(done)
    return True


def note_followed() -> None:
    """Remember which step's link led to this page."""
    if (step := address.STEP.take()) is not None:
        st.session_state["_tour_followed"] = step


def did(step: str, own: bool) -> None:
    """A page has answered what a step of the tour is about; ``own`` says that it did not ask by itself.
    Where the strip above does not say so yet, the whole page is drawn anew. Not for callbacks."""
    if not own and st.session_state.get("_tour_followed") != step:
        return
    done = _done()
    done.add(step)
    drawn = st.session_state.get("_tour_drawn")
    if drawn is not None and step not in drawn:
        st.session_state["_tour_drawn"] = frozenset(done)
        st.rerun()


def _draw(id: str, done: set[str], finished: bool) -> None:
    if not finished:
        st.caption("Three things in two minutes", width="content")
    for step in _steps(id):
        is_done = step.name in done
        st.page_link(
            step.page,
            label=step.sentence,
            icon=":material/check_circle:" if is_done else ":material/radio_button_unchecked:",
            help="Done" if is_done else None,
            query_params=step.address,
        )
    if finished:
        st.page_link(
            "pages/train.py",
            label="**Now with a text of your own**",
            icon=":material/arrow_forward:",
            query_params={"source": "Upload"},
        )
    else:
        st.button(
            "Skip",
            type="tertiary",
            key="skip_tour",
            on_click=deferred(_skip),
            help="The tour is not shown again in this browser.",
        )


def _skip() -> None:
    _done().add(OVER)


def _done() -> set[str]:
    """The names of the steps that were done, and ``OVER``: what the cookie said when the session began, and
    what was done since."""
    if "_tour_done" not in st.session_state:
        st.session_state["_tour_done"] = _kept()
    return st.session_state["_tour_done"]


def _kept() -> set[str]:
    said = (st.context.cookies.get(COOKIE) or "").split(".")
    return {name for name in said if name in (*STEPS, OVER)}


def _remember(done: set[str]) -> None:
    """Have the browser keep what it did not say itself."""
    value = (
        OVER if OVER in done or done.issuperset(STEPS) else ".".join(s for s in STEPS if s in done)
    )
    if not value or done == _kept():
        return
    with st.sidebar:
        _cookie(
            key="_tour_cookie",
            data={
                "name": COOKIE,
                "value": value,
                "path": base_path(),
                "seconds": _DAYS * 24 * 3600,
            },
            height=1,
        )


def _steps(id: str) -> Iterator[Step]:
    """The three steps, about words of this model."""
    word, question, pairs = _examples(id)
    a, b, c = (short(one, 16) for one in question)
    yield Step("word", f"Find *{short(word, 20)}* on the map", "pages/explore.py", {"word": word})
    yield Step(
        "analogy",
        f"Ask *{a} : {b} :: {c} : ?*",
        "pages/analogies.py",
        dict(zip("abc", question, strict=True)),
    )
    yield Step(
        "diamond",
        f"See the diamonds of *{short(pairs, 20)}*",
        "pages/diamonds.py",
        {"list": pairs},
    )


@of_readable(max_entries=4)
def _examples(id: str) -> tuple[str, tuple[str, str, str], str]:
    """A word to find, a question, and the name of a list of pairs, all of this sample's own words, for
    which there are lists. Of a question that is answered well, where there is one, the word is a part."""
    space, known = vectors(id, "center"), lists(id)
    name, ((a, b), (c, _), *_) = next(iter(known.items()))
    found = opening_question(space, [ROYAL, *known.values()])
    if found is None:
        return opening_word(space, open_model(id).counts), (a, b, c), name
    return found.c, (found.a, found.b, found.c), name
