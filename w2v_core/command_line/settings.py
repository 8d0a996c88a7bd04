"""The options of a training: one for each parameter, and what else can be chosen about a text."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from w2v_core.library.choices import Choices
from w2v_core.parameters import CHOSEN_HERE, PARAMETERS, Parameter
from w2v_core.text.gathering import ENCODINGS, Gathering
from w2v_core.text.lemmas import PARTS_OF_SPEECH
from w2v_core.text.preparation import Preparation


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r}: give a number from {low:g} to {high:g}")
        return value

    return read


_YES_NO = {"yes": True, "no": False}
_TEXT_CHOICES: dict[str, dict[str, Any]] = {
    "--encoding": {"choices": tuple(ENCODINGS), "help": "The encoding of all files."},
    "--text-column": {"metavar": "NAME", "help": "The column of tables that holds the text."},
    "--metadata-column": {
        "action": "append",
        "metavar": "NAME",
        "help": "A column of tables to keep (may be repeated; default: all but the text).",
    },
    "--tables": {
        "choices": ("texts", "metadata"),
        "help": "Whether rows of tables are texts, or describe the other files.",
    },
    "--first-row": {
        "choices": ("names", "text"),
        "help": "Whether the first row of a table names its columns.",
    },
    "--spelling": {
        "choices": ("regularised", "original"),
        "help": "Which reading of TEI's <choice> is read.",
    },
    "--only": {
        "action": "append",
        "metavar": "COLUMN=VALUE",
        "help": "Read only documents that have this value (may be repeated).",
    },
    "--leave-out": {
        "action": "append",
        "metavar": "DOCUMENT",
        "help": "Leave out the document of this name (may be repeated).",
    },
    "--keep-gutenberg": {
        "action": "store_true",
        "help": "Keep Project Gutenberg's header and licence.",
    },
    "--join-hyphens": {"action": "store_true", "help": "Join words that a line end cut."},
    "--pipeline": {
        "metavar": "NAME",
        "help": "Write words in their dictionary form with this language pipeline.",
    },
    "--part-of-speech": {
        "action": "append",
        "choices": tuple(PARTS_OF_SPEECH),
        "help": "With --pipeline: a part of speech that stays (may be repeated; default: all).",
    },
    "--stop-words": {
        "type": Path,
        "metavar": "FILE",
        "help": "Words to leave out: a file in UTF-8, separated by white space.",
    },
    "--phrases": {
        "type": _number(0.1, 0.95),
        "nargs": "?",
        "const": 0.5,
        "metavar": "NPMI",
        "help": "Join phrases that reach this mutual information (0.5 if none is given).",
    },
    "--phrase-least": {
        "type": _number(2, 10_000),
        "metavar": "N",
        "help": "With --phrases: how often a phrase must occur (default: 5).",
    },
    "--repeated-lines": {
        "type": _number(0.05, 1),
        "nargs": "?",
        "const": 0.5,
        "metavar": "SHARE",
        "help": "Leave out lines that stand in this share of the documents (0.5 if none is given).",
    },
}


def add_settings(parser: argparse.ArgumentParser) -> None:
    """All settings as options; those that are not given are absent from what is parsed."""
    absent = argparse.SUPPRESS
    sections = {
        "text": "what counts as a word",
        "pairs": "what counts as a neighbour",
        "model": "what the model is",
        "training": "how it is trained",
    }
    for part, title in sections.items():
        group = parser.add_argument_group(title)
        for parameter in PARAMETERS.values():
            if parameter.part == part:
                group.add_argument(
                    option(parameter.name),
                    dest=parameter.name,
                    type=_typed(parameter),
                    default=absent,
                    metavar="VALUE",
                    help=_help(parameter),
                )
    group = parser.add_argument_group("how the text is read and prepared")
    for name, how in _TEXT_CHOICES.items():
        group.add_argument(name, default=absent, **{**how, "help": how["help"].replace("%", "%%")})


def option(name: str) -> str:
    """The option of a parameter."""
    return "--" + name.replace("_", "-")


def allowed(parameter: Parameter) -> str:
    """What may be given, as it is typed."""
    parts = [parameter.range] if parameter.kind is not None else []
    parts += [_typed_choice(choice) for choice in parameter.choices]
    parts += ["none"] if parameter.optional else []
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]


def _typed_choice(choice: str | bool) -> str:
    return choice if isinstance(choice, str) else "yes" if choice else "no"


def _help(parameter: Parameter) -> str:
    default = CHOSEN_HERE.get(parameter.name, parameter.default)
    if default is None:
        usual = "chosen from the text"
    else:
        usual = _typed_choice(default) if isinstance(default, bool | str) else f"{default:,}"
    said = f"{parameter.sentence} Give {allowed(parameter)} (default: {usual})."
    return said.replace("%", "%%")


def _typed(parameter: Parameter) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value: Any = text
        if text not in parameter.choices:
            if parameter.optional and text == "none":
                return None
            if True in parameter.choices:
                value = _YES_NO.get(text, text)
            elif parameter.kind is not None:
                try:
                    value = float(text)
                except ValueError:
                    value = text
        try:
            return parameter.check(value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r}: give {allowed(parameter)}") from error

    return read


def given_settings(given: argparse.Namespace) -> list[str]:
    """The settings that were given, as options."""
    names = [option(name) for name in PARAMETERS]
    return [name for name in [*names, *_TEXT_CHOICES] if hasattr(given, name[2:].replace("-", "_"))]


def parameters_of(given: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters of ``Corpus.from_file`` and those of ``SkipGram``, as the app starts from them."""
    values = {
        name: getattr(given, name, CHOSEN_HERE.get(name, parameter.default))
        for name, parameter in PARAMETERS.items()
    }
    text = {n: v for n, v in values.items() if PARAMETERS[n].part == "text"}
    return text, {n: v for n, v in values.items() if n not in text}


def choices_of(given: argparse.Namespace) -> Choices:
    """What was chosen about the text, apart from phrases and repeated lines, which have to be found.

    Raises
    ------
    ValueError, OSError
        with a sentence.
    """
    get: Mapping[str, Any] = vars(given)
    gathering = {
        name: get[name]
        for name in ("encoding", "text_column", "tables", "first_row", "spelling")
        if name in get
    }
    if "metadata_column" in get:
        gathering["metadata_columns"] = tuple(get["metadata_column"])
    chosen: dict[str, tuple[str, ...]] = {}
    for only in get.get("only", ()):
        column, equals, value = only.partition("=")
        if not equals:
            raise ValueError(f"--only {only}: give COLUMN=VALUE.")
        chosen[column] = (*chosen.get(column, ()), value)
    stop_words: tuple[str, ...] = ()
    if "stop_words" in get:
        try:
            stop_words = tuple(get["stop_words"].read_text(encoding="utf-8-sig").split())
        except UnicodeDecodeError as error:
            raise ValueError(f"{get['stop_words']} is not in UTF-8: save it so.") from error
    return Choices(
        Gathering(**gathering),
        chosen,
        tuple(get.get("leave_out", ())),
        Preparation(
            gutenberg="keep_gutenberg" not in get,
            join_hyphens="join_hyphens" in get,
            pipeline=get.get("pipeline", ""),
            parts_of_speech=tuple(get.get("part_of_speech", ())),
        ),
        stop_words,
    )
