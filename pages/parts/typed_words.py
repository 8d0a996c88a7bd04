"""Words that a person types into a field, looked up in a vocabulary."""

from __future__ import annotations

import streamlit as st

from pages.parts.displayed_text import short
from w2v_core.vocabulary import Vocabulary

_NAMED = 10  # missing words that are named


def known_words(typed: str, vocabulary: Vocabulary, missing: str, most: int) -> list[str]:
    """The typed words as the vocabulary spells them, each once and at most so many; a caption begins with
    ``missing`` and names those that it lacks."""
    found: list[str] = []
    unknown: list[str] = []
    for word in typed.replace(",", " ").split():
        row = vocabulary.find(word)
        if row is None:
            unknown.append(word)
        elif vocabulary.words[row] not in found:
            found.append(vocabulary.words[row])
    if unknown:
        st.caption(f"{missing}: {', '.join(short(word, 30) for word in unknown[:_NAMED])}.")
    if len(found) > most:
        st.caption(f"Only the first {most:,} words are used.")
    return found[:most]
