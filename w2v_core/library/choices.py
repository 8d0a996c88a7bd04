"""What a person chose about a text: which documents go in, and how they are read and prepared."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from w2v_core.storage.records import optional, text
from w2v_core.text.documents import Gathering
from w2v_core.text.preparation import Preparation
from w2v_core.text.word_lists import word_list

AS_THEY_ARE, AS_IT_IS = Gathering(), Preparation()


@dataclass(frozen=True)
class Choices:
    """Everything a person chose about a text, apart from the parameters of ``w2v_core.parameters``.

    Attributes
    ----------
    gathering : Gathering
        How the files are read.
    chosen : dict of str → tuple of str
        Metadata column → the values of the documents that go in; columns left out choose all.
    left_out : tuple of str
        Names of documents that do not go in.
    preparation : Preparation
        The steps that change the text.
    stop_words, phrases : tuple of str
        For ``Corpus``.
    """

    gathering: Gathering = AS_THEY_ARE
    chosen: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    preparation: Preparation = AS_IT_IS
    stop_words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def lists(self) -> dict[str, list[str]]:
        """Keyword arguments for ``Corpus.from_file``; empty where nothing was chosen."""
        lists = {"stop_words": list(self.stop_words), "phrases": list(self.phrases)}
        return {name: words for name, words in lists.items() if words}

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Choices:
        """What ``as_json`` gave, by way of JSON.

        Raises
        ------
        ValueError
            when it is damaged.
        """
        try:
            gathering, preparation = dict(record["gathering"]), dict(record["preparation"])
            optional(text)(gathering.get("text_column"))
            optional(text)(gathering.get("encoding"))
            optional(text)(gathering.get("tables"))
            optional(text)(gathering.get("first_row"))
            if gathering.get("metadata_columns") is not None:
                gathering["metadata_columns"] = tuple(map(str, gathering["metadata_columns"]))
            return cls(
                Gathering(**gathering),
                {str(k): tuple(map(str, v)) for k, v in record["chosen"].items()},
                tuple(map(str, record["left_out"])),
                Preparation.from_json(preparation),
                tuple(word_list("stop_words", record["stop_words"], False)),
                tuple(word_list("phrases", record["phrases"], False)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                "What was chosen for this text cannot be read: choose again."
            ) from error


NOTHING = Choices()
