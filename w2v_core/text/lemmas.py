"""Words in their dictionary form, and words of chosen parts of speech, by an installed language pipeline.

spaCy and Stanza are asked, where they are installed (``pip install word2vec-explorer[lemmas]``), for the
pipelines that are on this machine. Nothing is ever downloaded: a pipeline is installed by hand, for spaCy
as a package (``en_core_web_sm``) or as a folder in one of the folders that ``W2V_PIPELINES`` names.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from w2v_core.text.account import Note

PARTS_OF_SPEECH = {
    "NOUN": "nouns",
    "PROPN": "names",
    "VERB": "verbs",
    "ADJ": "adjectives",
    "ADV": "adverbs",
    "AUX": "auxiliaries",
    "PRON": "pronouns",
    "DET": "determiners",
    "ADP": "prepositions",
    "CCONJ": "and, or, but",
    "SCONJ": "if, that, while",
    "NUM": "numbers",
    "PART": "particles",
    "INTJ": "interjections",
    "X": "others",
}
"""The tags of Universal Dependencies for words, and what people call them."""

_PIECE = 10_000  # characters that a pipeline is given at a time
_BATCH = 32  # pieces
_UNNEEDED = ("ner", "parser", "senter", "entity_linker", "textcat", "textcat_multilabel")
_NEEDED = ("lemmatizer", "trainable_lemmatizer", "tagger", "morphologizer", "attribute_ruler")
_CUT = re.compile(rf"(?s)(?:.{{1,{_PIECE}}}(?:[\n\r]|\Z)|.{{1,{_PIECE}}}(?:\s|\Z)|.{{1,{_PIECE}}})")


@dataclass(frozen=True)
class Token:
    """A token as a pipeline tells it; ``after`` is the white space behind it."""

    text: str
    lemma: str
    part_of_speech: str
    after: str


class Pipeline(Protocol):
    """What analyses texts."""

    def analyse(self, texts: Sequence[str]) -> Iterator[list[Token]]:
        """The tokens of each text; put together with the white space behind them they are the text."""
        ...


@dataclass(frozen=True)
class Installed:
    """A pipeline that is on this machine: ``name`` in settings, ``label`` for people."""

    name: str
    label: str
    load: Callable[[], Pipeline]


def pipelines() -> dict[str, Installed]:
    """The pipelines on this machine, by name; empty where there are none."""
    found = [*_of_spacy(), *_of_stanza()]
    return {one.name: one for one in found}


def lemmatiser(name: str, parts_of_speech: Sequence[str] = ()) -> Lemmatiser:
    """A pipeline made ready.

    Raises
    ------
    ValueError
        when it is not installed, or cannot be loaded.
    """
    installed = pipelines().get(name)
    if installed is None:
        raise ValueError(
            f"The language pipeline {name!r} is not installed here: install it, or choose none."
        )
    return Lemmatiser(_loaded(installed), installed.label, parts_of_speech)


def _loaded(installed: Installed) -> Pipeline:
    try:
        return _load(installed.name)
    except Exception as error:  # whatever a foreign package raises
        raise ValueError(
            f"The language pipeline {installed.label} cannot be loaded ({error}): install it again, "
            "or choose none."
        ) from error


@functools.lru_cache(maxsize=1)
def _load(name: str) -> Pipeline:
    return pipelines()[name].load()


class Lemmatiser:
    """Writes a text in dictionary forms.

    Parameters
    ----------
    pipeline : Pipeline
    label : str
        Its name for people.
    parts_of_speech : sequence of str
        The words that stay (see ``PARTS_OF_SPEECH``); empty for all.
    """

    def __init__(self, pipeline: Pipeline, label: str, parts_of_speech: Sequence[str] = ()):
        self._pipeline = pipeline
        self._label = label
        self._wanted = frozenset(parts_of_speech)
        self._n_words = self._n_changed = self._n_left_out = 0

    def rewritten(
        self, blocks: Iterable[bytes], callback: Callable[[], None] | None = None
    ) -> Iterator[bytes]:
        """Blocks of UTF-8 text in dictionary forms; punctuation and line ends stay where they are.

        Parameters
        ----------
        blocks : iterable of bytes
            Each ends where a line or a word does.
        callback : callable, optional
            Called after every few pages; what it raises stops the work.

        Raises
        ------
        ValueError
            when the pipeline fails.
        """
        for block in blocks:
            texts = [match[0] for match in _CUT.finditer(block.decode("utf-8", "replace"))]
            for first in range(0, len(texts), _BATCH):
                batch = texts[first : first + _BATCH]
                try:
                    analysed = list(self._pipeline.analyse(batch))
                except Exception as error:  # whatever a foreign package raises
                    raise ValueError(
                        f"The language pipeline {self._label} failed ({error}): choose another, or "
                        "none."
                    ) from error
                yield "".join(map(self.in_dictionary_form, analysed)).encode("utf-8", "replace")
                if callback is not None:
                    callback()

    def in_dictionary_form(self, tokens: Sequence[Token]) -> str:
        """The tokens as a text."""
        pieces: list[str] = []
        touches = False  # whether the last piece is a word without white space behind it
        for token in tokens:
            if not any(character.isalnum() for character in token.text):
                pieces += (token.text, token.after)
                touches = False
                continue
            self._n_words += 1
            if self._wanted and token.part_of_speech not in self._wanted:
                self._n_left_out += 1
                pieces.append(token.after or " ")
                touches = False
                continue
            lemma = "_".join(token.lemma.split()) or token.text
            if lemma == "-PRON-":  # spaCy before its version 3
                lemma = token.text
            self._n_changed += lemma.lower() != token.text.lower()
            pieces += (" " * touches, lemma, token.after)
            touches = not token.after
        return "".join(pieces)

    def notes(self) -> list[Note]:
        """What was done."""
        found = []
        if self._n_changed:
            said = (
                f"{self._n_changed:,} of {self._n_words:,} words were changed to their dictionary "
                f"form by {self._label}."
            )
            found.append(Note("mended", said, self._n_changed, "pipeline"))
        if self._n_left_out:
            kept = ", ".join(
                PARTS_OF_SPEECH[part] for part in PARTS_OF_SPEECH if part in self._wanted
            )
            said = (
                f"{self._n_left_out:,} of {self._n_words:,} words were left out: only {kept} were "
                "kept."
            )
            found.append(Note("left out", said, self._n_left_out, "parts_of_speech"))
        return found


# spaCy


def _of_spacy() -> Iterator[Installed]:
    if importlib.util.find_spec("spacy") is None:
        return
    for name, version in _spacy_packages():
        label = f"spaCy {name} {version}".strip()
        yield Installed(f"spacy:{name}", label, functools.partial(_Spacy.installed, name))
    for folder in filter(None, os.environ.get("W2V_PIPELINES", "").split(os.pathsep)):
        for file in sorted(Path(folder).glob("*/meta.json")):
            try:
                meta = json.loads(file.read_text(encoding="utf-8"))
                label = f"spaCy {meta['lang']}_{meta['name']} {meta.get('version', '')}".strip()
            except (OSError, ValueError, KeyError, TypeError):
                continue
            place = str(file.parent)
            yield Installed(
                f"spacy:{file.parent.name}", label, functools.partial(_Spacy.installed, place)
            )


@functools.cache
def _spacy_packages() -> tuple[tuple[str, str], ...]:
    """The packages that hold a pipeline, with their versions, when this process first asked: asking reads
    a file of every installed package."""
    found = importlib.metadata.entry_points(group="spacy_models")
    return tuple(
        (point.name, point.dist.version if point.dist is not None else "") for point in found
    )


class _Spacy:
    """A pipeline of spaCy."""

    def __init__(self, nlp: Any):
        self._nlp = nlp

    @classmethod
    def installed(cls, place: str) -> _Spacy:
        """That of an installed package, or of a folder."""
        import spacy

        nlp = spacy.load(place, exclude=list(_UNNEEDED))
        if not any(map(nlp.has_pipe, _NEEDED)):
            raise ValueError("it has neither dictionary forms nor parts of speech")
        return cls(nlp)

    def analyse(self, texts: Sequence[str]) -> Iterator[list[Token]]:
        for doc in self._nlp.pipe(texts):
            yield [Token(t.text, t.lemma_, t.pos_, t.whitespace_) for t in doc]


# Stanza


def _stanza_folder() -> Path:
    return Path(os.environ.get("STANZA_RESOURCES_DIR") or Path.home() / "stanza_resources")


def _of_stanza() -> Iterator[Installed]:
    if importlib.util.find_spec("stanza") is None:
        return
    for folder in sorted(_stanza_folder().glob("*/lemma")):
        language = folder.parent.name
        yield Installed(
            f"stanza:{language}",
            f"Stanza {language}",
            functools.partial(_Stanza.installed, language),
        )


class _Stanza:
    """A pipeline of Stanza."""

    def __init__(self, analyse: Callable[[str], Any]):
        self._analyse = analyse

    @classmethod
    def installed(cls, language: str) -> _Stanza:
        """That of a language whose files are here."""
        import stanza

        return cls(
            stanza.Pipeline(
                language,
                dir=str(_stanza_folder()),
                processors="tokenize,pos,lemma",
                download_method=None,
                allow_unknown_language=False,
                verbose=False,
            )
        )

    def analyse(self, texts: Sequence[str]) -> Iterator[list[Token]]:
        for text in texts:
            yield list(self._tokens(text))

    def _tokens(self, text: str) -> Iterator[Token]:
        """A token that stands for several words (*zum* = *zu dem*) gives all of them."""
        tokens = [token for sentence in self._analyse(text).sentences for token in sentence.tokens]
        first = tokens[0].start_char if tokens else len(text)
        if first:
            yield Token(text[:first], "", "", "")
        ends = [token.start_char for token in tokens[1:]] + [len(text)]
        for token, end in zip(tokens, ends, strict=True):
            after = text[token.end_char : end]
            for number, word in enumerate(token.words):
                last = number == len(token.words) - 1
                yield Token(word.text, word.lemma or "", word.upos or "", after if last else " ")
