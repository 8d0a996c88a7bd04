"""The address of a page: every query parameter that the app reads or writes, in one table.

An entry has a name, a type, the pages it belongs to, and what it is about. Reading never raises: an
address may be old, cut short or made up, and whatever an entry cannot read is its default. Writing
leaves a default out, except where ``always`` says that the address names even the default.

Two things write the address without this module. A field with ``bind="query-params"`` reads and writes
the entry named by its key (Streamlit does this); such entries are ``field`` here. The plot's
JavaScript (``pages/plot/address.js``) reads and writes ``at``, the part of the map that is in view.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from w2v_core.parameters import PARAMETERS

T = TypeVar("T")
LONGEST_NUMBER = 8  # digits of a whole number
LINE_END = ";"  # stands in the address for the end of a line


@dataclass(frozen=True)
class Entry(Generic[T]):
    """One query parameter.

    ``read`` makes a value of the texts that stand under the name (several for a list), and raises
    ValueError where it cannot; ``as_texts`` makes the texts of a value. ``always``: the address names the
    default too. ``field``: a field of Streamlit with this key keeps the entry up to date.
    """

    name: str
    pages: str
    about: str
    default: T
    read: Callable[[list[str]], T]
    as_texts: Callable[[T], list[str]]
    always: bool = False
    field: bool = False

    def get(self) -> T:
        """What the address says; the default where it says nothing, or nothing that can be read."""
        try:
            return self.read(st.query_params.get_all(self.name)) if self.given() else self.default
        except ValueError:
            return self.default

    def among(self, allowed: Collection[T], default: T) -> T:
        """What the address says if it is one of these, else this default."""
        value = self.get()
        return value if value in allowed else default

    def given(self) -> bool:
        """Whether the address has this entry at all."""
        return self.name in st.query_params

    def set(self, value: T) -> None:
        """Write a value; the default takes the entry out of the address."""
        if value == self.default and not self.always:
            self.clear()
            return
        texts = self.as_texts(value)
        st.query_params[self.name] = texts[0] if len(texts) == 1 else texts

    def clear(self) -> None:
        """Take the entry out of the address."""
        st.query_params.pop(self.name, None)

    def take(self) -> T:
        """What the address says, which is then taken out of it: for what nobody should pass on."""
        value = self.get()
        self.clear()
        return value


def _flag(texts: list[str]) -> bool:
    if texts[-1] not in ("true", "false"):
        raise ValueError(f"Neither true nor false: {texts[-1][:20]}")
    return texts[-1] == "true"


def _number(texts: list[str]) -> int:
    digits = texts[-1].removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER):
        raise ValueError(f"No whole number: {texts[-1][:20]}")
    return int(texts[-1])


def text(name: str, pages: str, about: str, *, field: bool = False) -> Entry[str | None]:
    """An entry of one text: a word, an id or a choice. Whether the word is known, the id opens or the
    choice is offered depends on the model and the visitor, so the page checks that."""
    return Entry(
        name, pages, about, None, lambda texts: texts[-1], lambda value: [value or ""], field=field
    )


def choice(name: str, pages: str, about: str, default: str) -> Entry[str]:
    """An entry of one of a few words, which the address always names."""
    return Entry(
        name, pages, about, default, lambda texts: texts[-1], lambda value: [value], always=True
    )


def number(name: str, pages: str, about: str, *, field: bool = False) -> Entry[int | None]:
    """An entry of one whole number, which the address always names once there is one."""
    return Entry(name, pages, about, None, _number, lambda value: [str(value)], field=field)


def flag(name: str, pages: str, about: str, *, field: bool = False) -> Entry[bool]:
    """An entry that is true or false."""
    return Entry(
        name, pages, about, False, _flag, lambda value: ["true" if value else "false"], field=field
    )


def words(name: str, pages: str, about: str) -> Entry[list[str]]:
    """An entry of several words; each stands in the address under the same name."""
    return Entry(name, pages, about, [], list, list)


def lines(name: str, pages: str, about: str) -> Entry[str]:
    """An entry of a text of several lines; a semicolon stands in the address for the end of a line."""

    def read(texts: list[str]) -> str:
        return texts[-1].replace(LINE_END, "\n")

    def write(value: str) -> list[str]:
        return [value.replace("\n", LINE_END)]

    return Entry(name, pages, about, "", read, write, always=True)


# Every page

MODEL = text("model", "every page", "the model that is open")
OPERATOR = text("operator", "every page", "the operator's secret; taken out when it is read")
OWNER = text("owner", "every page", "the key of a model's owner; taken out when it is read")
PRESENT = flag("present", "every page", "whether pages are shown as for a projector")
STEP = text(
    "step", "every page", "the step of the tour that was followed; taken out when it is read"
)

# Train

JOB = text("job", "train", "the training that is watched")
UPLOAD = text("upload", "train", "the files that were uploaded")
PASTE = text("paste", "train", "the text that was pasted")
SAMPLE = text("sample", "train", "the sample text", field=True)
CHOICES = text("choices", "train", "how the text is prepared")

# The map

WORD = text("word", "explore, neighbours, compare", "the selected word")
PASS = number("pass", "explore, diamonds", "the pass of the training at which the film rests")
PICK = words("pick", "explore", "the words of a short selection")
ROWS = text("rows", "explore", "the rows of a long selection, packed")
SET = text("set", "explore", "the name of a kept selection")
ISOLATE = flag("isolate", "explore", "whether the selection is drawn alone", field=True)
ALONE = flag("alone", "explore", "whether the selection has axes of its own", field=True)
AT = text("at", "explore", "the part of the map in view; the plot's JavaScript writes it")

# Words and relations

PART = text("part", "neighbours, compare", "the part of the page")
LIST = text("list", "diamonds", "the list of pairs", field=True)
LISTED = words("list", "neighbours", "the words of the table of several words")
PAIRS = lines("pairs", "diamonds", "the pairs of words of a list that is no preset, one a line")
CONTEXT = text(
    "context", "analogies, diamonds", "the word that a relation is explained by", field=True
)
EXPRESSION = text("expression", "analogies", "the sum of words", field=True)

# Compare

A = text("a", "compare", "the first model")
B = text("b", "compare", "the second model")
SLICED = text("sliced", "compare", "the model whose documents are put into slices or groups")
SLICES = number("slices", "compare", "how many slices there are at most")
LISTS = lines(
    "lists", "compare", "lists of attitudes that were changed: name and words, a list a line"
)

# Library

SHOW = text("show", "library", "'class' for the models published for everyone")

# Lessons

LESSON = choice("lesson", "lessons", "the number of the lesson", "0")
CLASS = text("class", "lessons", "the class whose quiz is answered")
RESULTS = text("results", "lessons", "the key to a class's answers")
FROM = text("from", "lessons", "where a lesson's numbers come from")
ANGLE = number("angle", "lessons", "the angle between two vectors, in degrees", field=True)
PLAY_PAIRS = text("pairs", "lessons", "the training pairs of the playground", field=True)
STEPS = number("steps", "lessons", "the steps taken in the playground")
ROUNDS = number("rounds", "lessons", "the rounds of training in the lesson on the illusion")

_PICKED_WORDS = {
    "neighbours": "other because",
    "analogies": "a b c",
    "diamonds": "like_a like_b",
    "lessons": "center output other opposite_a opposite_b axis_a axis_b",
}
_CHOSEN = {"neighbours": "n lines most by", "compare": "sliced_as"}
_FIELDS = {
    "train": "source whole_sentence line_share npmi phrase_least " + " ".join(PARAMETERS),
    "explore": "which map dims color centered length_one both size labels k contours near metric lines "
    "time find how axis_x axis_y axis_z pc_x pc_y pc_z",
    "neighbours": "which",
    "analogies": "ask method which why",
    "diamonds": "which plane axes from forming why measure inflections grammar drawn",
    "compare": "which changed_only relative named sliced_by followed moved_of attitudes",
    "lessons": "illusion illusion_show places illusion_seed caution axis matrix labelled sentence "
    "whole reach play_rate play_dim play_seed added rate times begin climb use de_embedding "
    "fit_dim arrows length_v length_u",
}  # and the fields of each kind of map, which its own settings name

TABLE: tuple[Entry, ...] = (
    *(MODEL, OPERATOR, OWNER, PRESENT, STEP, JOB, UPLOAD, PASTE, SAMPLE, CHOICES),
    *(WORD, PASS, PICK, ROWS, SET, ISOLATE, ALONE, AT),
    *(
        PART,
        LIST,
        LISTED,
        PAIRS,
        CONTEXT,
        EXPRESSION,
        A,
        B,
        SLICED,
        SLICES,
        LISTS,
        SHOW,
        LESSON,
        CLASS,
        RESULTS,
        FROM,
    ),
    *(ANGLE, PLAY_PAIRS, STEPS, ROUNDS),
    *(
        text(name, page, "a word")
        for page, names in _PICKED_WORDS.items()
        for name in names.split()
    ),
    *(text(name, page, "a choice") for page, names in _CHOSEN.items() for name in names.split()),
    *(
        text(name, page, "a field", field=True)
        for page, names in _FIELDS.items()
        for name in names.split()
    ),
)
_TEXTS = {one.name: one for one in TABLE if one.default is None and one.read is not _number}


def named(name: str) -> Entry[str | None]:
    """The entry of one text with this name; KeyError if the table has none."""
    return _TEXTS[name]


def given_for(page: str) -> dict[str, str | list[str]]:
    """What the address holds for one page, by name; nothing where all of it is for every page."""
    names = [one.name for one in TABLE if one.pages == page and one.given()]
    if names and MODEL.given():
        names.append(MODEL.name)
    return {name: st.query_params.get_all(name) for name in names}


def whole() -> dict[str, str | list[str]]:
    """All that the address holds, by name: for a page that sends people on to another."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def drop_empty_choices() -> None:
    """Take what is empty out of the address when a visitor comes: ``dims=`` would empty a field that
    must hold something."""
    if "_address_read" not in st.session_state:
        st.session_state["_address_read"] = True
        empty = [name for name in st.query_params if not st.query_params[name]]
        for name in empty:
            del st.query_params[name]
        if empty:
            st.rerun()


def drop_impossible_numbers(names: Iterable[str]) -> None:
    """Take numbers that no field can hold (inf, 1e400) out of the address, as they would end the page.
    The page then runs again, because its fields have already read the address."""
    dropped = False
    for name in names:
        if name in st.query_params:
            try:
                possible = math.isfinite(float(st.query_params[name]))
            except ValueError:
                possible = True  # the field itself ignores what is no number
            if not possible:
                del st.query_params[name]
                dropped = True
    if dropped:
        st.rerun()
