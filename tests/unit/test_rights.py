"""Who asks is said, not guessed, and what they may is decided in one place: read from the code."""

import ast
import importlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.operators_library import library_of
from w2v_core.library import training_history
from w2v_core.library.library import Library
from w2v_core.library.texts import Texts
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import model_folder
from w2v_core.visitors.ownership import NOBODY, OPERATOR, Visitor
from w2v_core.visitors.rights import Rights
from w2v_core.visitors.visitor_queue import VisitorQueue

CORE = ROOT / "w2v_core"
FILES = sorted(CORE.rglob("*.py"))
RIGHTS = CORE / "visitors/rights.py"
ASKING = {"Visitor", "Rights", "Library", "Texts", "VisitorQueue"}
CONSTANTS = {("w2v_core.visitors.ownership", name) for name in ("OPERATOR", "NOBODY")}
QUESTIONS = {"may_read", "owns", "may_change", "may_stop", "keeps", "everything"}
QUESTIONS |= {"is_published", "is_sample"}
WORDS = (
    "nother person",
    "someone else",
    "you may not see",
    "Log in",
    "published",
    "nobody knows",
    "Only the",
)
WORDS += ("This is a sample",)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_in(node: ast.AST | None) -> set[str]:
    """The names that an expression or an annotation uses, those in quoted annotations too."""
    found: set[str] = set()
    for one in ast.walk(node) if node is not None else ():
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            found |= {word for word in ASKING if word in one.value}
    return found


def kept_visitors(source: str) -> Iterator[str]:
    """Where a module says who asks without being told: its own variables, and defaults of arguments."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            value = node.annotation if isinstance(node, ast.AnnAssign) else None
            used = names_in(value) | names_in(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if used & (ASKING | {"OPERATOR", "NOBODY"}):
                yield from (ast.unparse(target) for target in targets)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if names_in(default) & (ASKING | {"OPERATOR", "NOBODY"}):
                    yield f"a default: {ast.unparse(default)}"


def refusals(source: str) -> Iterator[int]:
    """The lines at which an error is raised because of a right."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If) and names_in(node.test) & QUESTIONS:
            for statement in [*node.body, *node.orelse]:
                yield from (n.lineno for n in ast.walk(statement) if isinstance(n, ast.Raise))
        if isinstance(node, ast.Raise) and node.exc is not None:
            said = [n.value for n in ast.walk(node.exc) if isinstance(n, ast.Constant)]
            if any(word in str(part) for part in said for word in WORDS):
                yield node.lineno


def test_no_module_keeps_a_visitor():
    for path in FILES:
        no_visitor_in(path)


def no_visitor_in(path):
    name = module_of(path)
    kept = [(name, what) for what in kept_visitors(path.read_text("utf-8"))]
    assert set(kept) <= CONSTANTS, kept
    for found, value in vars(importlib.import_module(name)).items():
        if isinstance(value, Visitor):  # imported or made here, it is a constant of the room's own
            assert (value is OPERATOR and found == "OPERATOR") or (
                value is NOBODY and found == "NOBODY"
            ), f"{name}.{found}"
        assert not isinstance(value, Rights | Library | Texts | VisitorQueue), f"{name}.{found}"
        if isinstance(value, ContextVar):  # for whom bytes count, and nothing else
            assert (name, found) == ("w2v_core.text.budget", "_budget")


def test_only_one_module_refuses_for_want_of_a_right():
    found = {(module_of(path), line) for path in FILES for line in refusals(path.read_text())}
    assert {module for module, _ in found} == {module_of(RIGHTS)}, sorted(found)


@pytest.mark.parametrize(
    "planted",
    [
        "_asked = NOBODY",
        "_acting: ContextVar[Visitor | None] = ContextVar('acting')",
        "library = Library(home(), OPERATOR)",
        "held: dict[str, 'Rights'] = {}",
        "def f(visitor=ownership.OPERATOR): pass",
        "def f(*, who: Visitor = Visitor(everything=True)): pass",
        "def ask(who):\n    global _asked\n    _asked = who",
    ],
)
def test_the_search_finds_a_visitor_that_is_kept(planted):
    assert list(kept_visitors(planted))
    assert not list(kept_visitors("def f(visitor: Visitor, library: Library) -> Rights: pass"))


@pytest.mark.parametrize(
    "planted",
    [
        "if not rights.owns(id):\n    raise ValueError('No.')",
        "if len(a) and not self.rights.visitor.everything:\n    raise ValueError('No.')",
        "raise ValueError('This belongs to someone else.')",
        "raise ValueError(f'{id} is published for everyone.')",
    ],
)
def test_the_search_finds_a_refusal(planted):
    assert list(refusals(planted))
    assert not list(refusals("if rights.owns(id):\n    found.append(id)"))


@pytest.mark.parametrize(
    "id",
    ["", "..", "../models", "a/b", "a" * 15, "A" * 16, "a" * 33, "\0" * 16, "/etc/passwd12345"],
)
def test_what_is_no_id_is_no_path(tmp_path, id, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path))
    for ask in (
        lambda: model_folder(tmp_path, id),
        lambda: library_of(OPERATOR).model_folder(id),
        lambda: library_of(NOBODY).model_folder(id),
    ):
        with pytest.raises(ValueError, match="not the id of a model"):
            ask()
    assert not library_of(OPERATOR).rights.may_read(id)


def test_a_folder_is_where_it_is_for_everyone_and_opened_for_those_who_may(tmp_path):
    anna, guessed = Library(tmp_path, Visitor("browser-anna")), "7" * 16
    assert model_folder(tmp_path, guessed) == Library(tmp_path, OPERATOR).model_folder(guessed)
    with pytest.raises(ValueError, match="you may not see it"):
        anna.model_folder(guessed)
    assert anna.model_folder("7" * 32) == tmp_path / "models" / ("7" * 32)  # who has the address


def test_libraries_of_two_folders_and_two_people_know_nothing_of_each_other(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    anna, ben = Visitor("browser-anna"), Visitor("browser-ben")
    key = Library(here, anna).texts.keep("a.txt", b"berlin is a city")
    assert Library(here, anna).texts.file(key).read_bytes() == b"berlin is a city"
    assert Library(here, ben).texts.keep("a.txt", b"berlin is a city") != key
    with pytest.raises(ValueError, match="no longer here"):
        Library(there, anna).texts.file(key)
    with Library(there, anna).new_folder() as (id, folder):
        (folder / "about.json").write_text('{"owner": "browser-anna"}')
    assert Library(there, anna).rights.owns(id) and not Library(there, ben).rights.owns(id)
    assert not Library(here, anna).rights.owns(id) and not list(here.glob("models/[!.]*"))


def test_only_whose_a_training_is_watches_words_in_it_and_keeps_what_it_saved(tmp_path):
    anna, ben = (
        Library(tmp_path, Visitor("browser-anna")),
        Library(tmp_path, Visitor("browser-ben")),
    )
    queue = Queue(tmp_path)
    with anna.new_folder() as (id, folder):
        (folder / "about.json").write_text('{"owner": "browser-anna"}')
    folder = model_folder(tmp_path, id)
    anna.watch_words(id, ["berlin", "paris"])
    for act in (
        lambda: ben.watch_words(id, ["rome"]),
        lambda: ben.keep_checkpoint(queue, id),
    ):
        with pytest.raises(ValueError, match="belongs to someone else"):
            act()
    assert training_history.read_watched(folder) == ["berlin", "paris"]
    with pytest.raises(ValueError, match="not saved anything"):
        anna.keep_checkpoint(queue, id)
    assert not anna.is_finished(id)
