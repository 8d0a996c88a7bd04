"""What the pages open on, for texts of any kind, to be judged by a reader.

    python tests/benchmarks/openings.py [TEXT.txt[.gz] …]

Of each text (the samples where none is given) a model is trained with the settings chosen for it.
Printed are the word that Neighbours opens on with its nearest, the question of Analogies, the axes, the
words watched during the training, the relations that were found and what speaks for them, and how long
the search for sure relations takes. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from w2v_core import Corpus, SkipGram  # noqa: E402
from w2v_core.space.discover import propose_relations  # noqa: E402
from w2v_core.space.example_words import (  # noqa: E402
    content_rows,
    opening_axes,
    opening_question,
    opening_word,
    words_to_watch,
)
from w2v_core.space.found_relations import FEWEST, PAIRS, evidence, sure_relations  # noqa: E402
from w2v_core.space.presets import offered_lists  # noqa: E402
from w2v_core.text.samples import DATA, sample_path  # noqa: E402

SAMPLES = ("small_world", "royalty", "notes_example")
RELATIONS = 4


def show(path: Path) -> None:
    corpus = Corpus.from_file(path)
    model = SkipGram().fit(corpus)
    space, output = model.vectors("center"), model.vectors("output")
    print(f"\n{path.name}: {corpus.n_tokens:,} words, {len(corpus.words):,} different")
    word = opening_word(space, model.counts, model.U)
    print("  word     ", word, "→", ", ".join(near for near, _ in space.most_similar(word, 8)))
    known = offered_lists(model.vocabulary, DATA).values()
    begin = time.perf_counter()
    sure = sure_relations(space, model.counts, output)
    seconds = time.perf_counter() - begin
    for lists, named in ((known, "known"), (sure, "found")):
        question = opening_question(space, lists)
        print(f"  {named}    ", question or "no question")
    print("  axes     ", ", ".join(opening_axes(space)) or "none")
    print("  watched  ", ", ".join(words_to_watch(*_text(corpus))))
    print(
        f"  {len(sure)} sure relations, found in {seconds:.2f} s; of all that are found, the best:"
    )
    rows = content_rows(space.words, model.counts)
    for relation in propose_relations(space.unit[rows], [space.words[i] for i in rows])[:RELATIONS]:
        pairs = rows[relation.rows[:PAIRS]]
        if len(pairs) >= FEWEST:
            shown = " ".join(f"{space.words[a]}:{space.words[b]}" for a, b in pairs[:5].tolist())
            print("    ", shown, evidence(space.unit, pairs, output.unit))


def _text(corpus: Corpus) -> tuple:
    return corpus.words, corpus.counts, corpus.ids, corpus.sentence_starts


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("texts", nargs="*", type=Path)
    for text in arguments.parse_args().texts or [sample_path(name) for name in SAMPLES]:
        show(text)
