"""What is kept for all visitors of a server is asked for by its reader: read from the code."""

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

HELPER = ROOT / "pages/parts/readable_cache.py"
FILES = sorted({ROOT / "app.py", *(ROOT / "pages").rglob("*.py")} - {HELPER})
STORES = ("cache_resource", "cache_data", "lru_cache", "cache")

SAMPLES = "of the samples, which are everybody's"
TYPED = "of what the person typed, and of nothing that is kept"
HELD = "of an object that the page opened, with its rights, in the same run; keyed by its id"
SERVER = "one for the server, and holds nothing of a model or a text"
CHECKED = "filled and read by one function, which checks the rights at every access"
WITHOUT_SUBJECT = {
    "pages/lesson_pages/frame.py": {
        "notes_model": SAMPLES,
        "world_model": SAMPLES,
        "_predicted": HELD,
        "_space": HELD,
        "_counted": HELD,
    },
    "pages/lesson_pages/distances.py": {"pairs": HELD},
    "pages/lesson_pages/illusion.py": {"training": TYPED, "ten_seeds": TYPED, "passes": TYPED},
    "pages/lesson_pages/misleading.py": {
        "merged": SAMPLES,
        "unmerged": SAMPLES,
        "in_halves": SAMPLES,
    },
    "pages/lesson_pages/one_hot.py": {"accuracy": HELD},
    "pages/lesson_pages/playground.py": {"training": TYPED},
    "pages/lesson_pages/step.py": {"steps": HELD, "checked_gradient": HELD},
    "pages/lesson_pages/using.py": {
        "tuned": HELD,
        "twin": HELD,
        "partly_held_out": SAMPLES,
        "_counts_space": HELD,
    },
    "pages/plot/component.py": {"_nearest_as_json": HELD},
    "pages/parts/text/repeated_lines_choice.py": {"_found_lines": CHECKED},
    "pages/parts/text/phrase_choice.py": {
        "_phrases": HELD,
        "phrase_examples": "keyed by the whole piece of text that it is of",
    },
    "pages/parts/text/text_preparation.py": {
        **dict.fromkeys(
            (
                "sentence_examples",
                "lowercase_examples",
                "number_examples",
                "rule_examples",
            ),
            "keyed by the whole piece of text that it is of",
        ),
        "stop_examples": "keyed by the whole piece of text that it is of",
    },
    "pages/parts/job_queue.py": {"_queue": SERVER, "keep_workers": SERVER},
    "pages/parts/text/corpus_reading.py": {"_corpora": CHECKED},
    "pages/parts/model/model_text.py": {"_counted": CHECKED},
    "pages/parts/greeting.py": {"_print_secret": SERVER},
    "pages/parts/word_picker/component.py": {"_as_json": HELD},
}


def kept_in(source: str) -> Iterator[str]:
    """What is kept for everybody by this code: the names of the functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if ast.unparse(called).split(".")[-1] in STORES:
                    yield node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
            store = ast.unparse(node.func.func).split(".")[-1]
            if store in STORES:
                yield ast.unparse(node.args[0]).split(".")[-1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_kept_of_a_model_or_a_text_is_asked_for_by_its_reader(file):
    told = WITHOUT_SUBJECT.get(str(file.relative_to(ROOT)), {})
    assert set(kept_in(file.read_text())) == set(told), "use of_readable, or say here why not"


@pytest.mark.parametrize(
    "planted",
    [
        "@st.cache_resource\ndef f(id): pass",
        "@st.cache_data(max_entries=3)\ndef f(id): pass",
        "@functools.lru_cache(8)\ndef f(id): pass",
        "@cache\ndef f(id): pass",
        "g = st.cache_data(max_entries=3)(f)",
        "g = st.cache_data(max_entries=3)(module.f)",
    ],
)
def test_the_search_finds_what_is_planted(planted):
    assert list(kept_in(planted)) == ["f"]
    assert not list(kept_in("@of_readable(max_entries=3)\ndef f(id): pass"))
