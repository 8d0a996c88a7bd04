"""Dictionary forms and parts of speech, by a pipeline that is installed."""

import dataclasses
import io
import re
from types import SimpleNamespace

import pytest

from tests.operators_library import library
from w2v_core.library.choices import Choices
from w2v_core.library.model_files import read_record
from w2v_core.text import lemmas
from w2v_core.text.documents import Documents
from w2v_core.text.lemmas import Lemmatiser, Token, lemmatiser, pipelines
from w2v_core.text.preparation import Preparation, prepare

TEXT = "The houses stood near a house.\nMice don't see 3 well-known ships, she said!\n\n"
PARTS = {
    **dict.fromkeys(["house", "houses", "mice", "ships"], "NOUN"),
    **dict.fromkeys(["stood", "see", "said"], "VERB"),
}
FORMS = {
    "houses": "house",
    "stood": "stand",
    "mice": "mouse",
    "ships": "ship",
    "said": "say",
    "n't": "not",
}


class ByTable:
    """A pipeline that looks words up, and parts *don't* as spaCy does."""

    def __init__(self):
        self.longest = 0

    def analyse(self, given):
        for text in given:
            self.longest = max(self.longest, len(text))
            tokens = []
            for piece in re.findall(r"n't|\w+?(?=n't)|\w+|[^\w\s]|\s+", text):
                if piece.isspace() and tokens and not tokens[-1].after:
                    tokens[-1] = dataclasses.replace(tokens[-1], after=piece)
                else:
                    word = piece.lower()
                    tokens.append(Token(piece, FORMS.get(word, word), PARTS.get(word, "X"), ""))
            yield tokens


def rewritten(text, *parts):
    one = Lemmatiser(ByTable(), "a table", parts)
    return b"".join(one.rewritten([text.encode()])).decode(), one.notes()


def test_words_take_their_dictionary_form_and_all_else_stays():
    found, (note,) = rewritten(TEXT)
    assert found == (
        "the house stand near a house.\nmouse do not see 3 well-known ship, she say!\n\n"
    )
    assert (note.kind, note.count) == ("mended", 6) and "a table" in note.text


def test_only_the_wanted_parts_of_speech_stay():
    found, notes = rewritten(TEXT, "NOUN")
    assert found.split() == ["house", "house.", "mouse", "-", "ship,", "!"]
    assert found.count("\n") == TEXT.count("\n")
    assert [note.kind for note in notes] == ["mended", "left out"]
    assert "only nouns were kept" in notes[1].text and notes[1].count == 12


def test_a_pipeline_is_given_a_long_text_in_pieces():
    pipeline = ByTable()
    text = "houses and mice " * 5_000 + "x" * 25_000 + "\n" + "ships\n" * 3_000
    found = b"".join(Lemmatiser(pipeline, "a table").rewritten([text.encode()])).decode()
    assert pipeline.longest <= 10_000
    assert len(found.replace("x", "")) == len(text.replace("x", "")) - 5_000 + 5_000 - 3_000
    assert found.count("mouse") == 5_000 and found.count("ship\n") == 3_000


def test_a_pipeline_that_fails_says_so():
    class Failing:
        def analyse(self, given):
            raise RuntimeError("no memory")

    with pytest.raises(ValueError, match=r"pipeline Mine failed \(no memory\): choose another"):
        list(Lemmatiser(Failing(), "Mine").rewritten([b"words"]))
    with pytest.raises(ValueError, match="'spacy:absent' is not installed here"):
        lemmatiser("spacy:absent")


def test_the_work_can_be_stopped():
    data = TEXT.encode() * 200
    documents = Documents()
    documents.add("a.txt", 0, len(data), {"file": "a.txt"})
    with pytest.raises(InterruptedError):
        prepare(
            io.BytesIO(data),
            documents,
            io.BytesIO(),
            Preparation(join_hyphens=True),
            callback=lambda share: True,
        )


def test_stanza_words_come_with_the_white_space_behind_them():
    def word(text, lemma, upos):
        return SimpleNamespace(text=text, lemma=lemma, upos=upos)

    def token(start, text, *words):
        return SimpleNamespace(start_char=start, end_char=start + len(text), words=words)

    text = " Zum Haus.\nHäuser"
    analysed = SimpleNamespace(
        sentences=[
            SimpleNamespace(
                tokens=[
                    token(1, "Zum", word("zu", "zu", "ADP"), word("dem", "der", "DET")),
                    token(5, "Haus", word("Haus", "Haus", "NOUN")),
                    token(9, ".", word(".", ".", "PUNCT")),
                ]
            ),
            SimpleNamespace(tokens=[token(11, "Häuser", word("Häuser", "Haus", "NOUN"))]),
        ]
    )
    pipeline = lemmas._Stanza(lambda given: analysed)
    found = b"".join(Lemmatiser(pipeline, "Stanza de").rewritten([text.encode()])).decode()
    assert found == " zu der Haus.\nHaus"


@pytest.fixture
def spacy_pipeline(tmp_path, monkeypatch):
    """A tiny English pipeline, made here and saved into a folder: no network is needed."""
    spacy = pytest.importorskip("spacy")
    from spacy.lookups import Lookups

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("attribute_ruler")
    for word, part in PARTS.items():
        ruler.add([[{"LOWER": word}]], {"POS": part})
    lookups = Lookups()
    lookups.add_table("lemma_lookup", FORMS | {"Mice": "mouse"})
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize(lookups=lookups)
    nlp.meta["name"] = "tiny"
    (tmp_path / "pipelines").mkdir()
    nlp.to_disk(tmp_path / "pipelines" / "tiny")
    monkeypatch.setenv("W2V_PIPELINES", str(tmp_path / "pipelines"))
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    lemmas._load.cache_clear()
    return "spacy:tiny"


def test_a_spacy_pipeline_in_a_folder_prepares_a_text(spacy_pipeline):
    assert pipelines()[spacy_pipeline].label.startswith("spaCy en_tiny")
    key = library.texts.keep("a.txt", TEXT.encode())
    chosen = Choices(preparation=Preparation(pipeline=spacy_pipeline))
    text = library.texts.prepared(key, chosen)
    assert library.texts.file(text).read_text().split() == (
        [
            "The",
            "house",
            "stand",
            "near",
            "a",
            "house.",
            "mouse",
            "do",
            "not",
            "see",
            "3",
            "well-known",
            "ship,",
            "she",
            "say!",
        ]
    )
    assert "spaCy en_tiny" in library.texts.preparation_notes(text)[0].text
    nouns = Choices(preparation=Preparation(pipeline=spacy_pipeline, parts_of_speech=("NOUN",)))
    assert library.texts.kept_choices(library.texts.keep_choices(nouns)) == nouns
    read = library.texts.file(library.texts.prepared(key, nouns)).read_text()
    assert [w.strip(".,!-") for w in read.split() if w.strip(".,!-")] == [
        "house",
        "house",
        "mouse",
        "ship",
    ]


def test_a_damaged_pipeline_is_told_in_a_sentence(tmp_path, monkeypatch):
    pytest.importorskip("spacy")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "meta.json").write_text('{"lang": "en", "name": "broken"}')
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "meta.json").write_text("{")
    monkeypatch.setenv("W2V_PIPELINES", str(tmp_path))
    assert [name for name in pipelines() if name != "x"] == ["spacy:broken"]
    with pytest.raises(ValueError, match="spaCy en_broken cannot be loaded"):
        lemmatiser("spacy:broken")


def test_a_model_of_lemmas_is_made_again_from_its_record(spacy_pipeline, tmp_path):
    from w2v_core.queue.queue import Queue
    from w2v_core.work import worker
    from w2v_core.work.methods_record import make_again, methods_record

    given = tmp_path / "a.txt"
    given.write_text("The houses stood near a house. Mice see ships.\n" * 20)
    key = library.texts.keep("a.txt", given.read_bytes())
    text = library.texts.prepared(key, Choices(preparation=Preparation(pipeline=spacy_pipeline)))
    id = library.start_training(Queue(), text, "Mine", {}, {"epochs": 2})
    worker.work(Queue(), idle_seconds=0)
    record = methods_record(library, id)
    assert record["text"]["preparation"]["pipeline"] == spacy_pipeline
    again, differences = make_again(library, record, given)
    words = read_record(library.model_folder(again))["words"]
    assert differences == [] and "house" in words and "houses" not in words
