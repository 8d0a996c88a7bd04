"""The steps of a text's preparation, each with its effect on the person's own text."""

import textwrap
from html import unescape

import pytest

from tests.app.test_pages import app, own_home, train_here, well  # noqa: F401
from tests.app.test_upload_account import captions
from tests.operators_library import library
from tests.unit.test_lemmas import spacy_pipeline  # noqa: F401
from tests.unit.test_lines import PROSE, book
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import read_record
from w2v_core.work.methods_record import methods_record


def uploaded(data):
    at = app(source="Upload")
    return well(at.file_uploader[0].set_value(("river.txt", data, "text/plain")).run())


def html(at):
    return unescape(" ".join(e.proto.body for e in at.get("html")))


def field(at, kind, key):
    return next(one for one in getattr(at, kind) if one.key == key)


def test_a_book_of_project_gutenberg_loses_its_licence_with_a_line_and_gets_it_back():
    at = uploaded(book())
    assert "Project Gutenberg's header and licence were left out" in captions(at)
    at = well(field(at, "toggle", "_gutenberg").set_value(False).run())
    assert "The header and licence are part of the text." in captions(at)
    at = well(field(at, "toggle", "_gutenberg").set_value(True).run())
    train_here(at)
    (entry,) = library.models()
    kept = methods_record(library, entry.id)["text"]["preparation"]
    assert kept["gutenberg"] is True and kept["done"][0]["kind"] == "left out"


def test_wrapped_lines_are_said_and_can_be_ends_again():
    at = uploaded("\n".join(textwrap.wrap(PROSE * 3, 60)).encode())
    assert "The lines look wrapped at a column" in captions(at)
    assert "The old man went down to the river; nobody saw him there." in html(at)
    at = well(field(at, "selectbox", "sentence_ends").set_value("marks and lines").run())
    assert "The lines look wrapped" not in captions(at)


@pytest.mark.parametrize(
    ("kind", "key", "value", "text", "shown"),
    [
        ("selectbox", "language", "french", "L'homme voit l'été et la mer.\n", "l'"),
        (
            "segmented_control",
            "addresses",
            "drop",
            "See https://a.org/x in the river.\n",
            "https://a.org/x",
        ),
        ("segmented_control", "emoji", "drop", "We like 👍🏽 the river.\n", "👍🏽"),
    ],
)
def test_a_setting_of_the_words_is_shown_on_the_text_and_trained_with(
    kind, key, value, text, shown
):
    at = uploaded((text * 9 + PROSE * 9).encode())
    at = well(field(at, kind, key).set_value(value).run())
    assert shown in html(at)
    train_here(at)
    (entry,) = library.models()
    assert methods_record(library, entry.id)["text"]["parameters"][key] == value
    assert (shown in read_record(library.model_folder(entry.id))["words"]) is (key == "language")


def test_without_a_pipeline_the_page_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr("pages.parts.text.text_changes.pipelines", dict)
    at = uploaded(PROSE.encode())
    assert "pip install spacy" in captions(at) and "never downloads anything" in captions(at)
    assert field(at, "selectbox", "_pipeline").disabled


def test_nouns_alone_in_their_dictionary_form(spacy_pipeline):  # noqa: F811
    at = uploaded(b"The houses stood near a house. Mice saw ships, she said.\n" * 30)
    at = well(field(at, "selectbox", "_pipeline").set_value(spacy_pipeline).run())
    assert "were changed to their dictionary form by spaCy en_tiny" in captions(at)
    at = well(field(at, "multiselect", "_parts_of_speech").set_value(["NOUN"]).run())
    assert "only nouns were kept" in captions(at)
    train_here(at)
    (entry,) = library.models()
    words = read_record(library.model_folder(entry.id))["words"]
    assert sorted(words) == ["house", "mouse", "ship"]
    assert methods_record(library, entry.id)["text"]["preparation"]["pipeline"] == spacy_pipeline
    assert model_documents(library.model_folder(entry.id)) is not None
