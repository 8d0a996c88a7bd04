"""A natural text that is on every machine that runs this: the docstrings of installed packages."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

PACKAGES = ("numpy", "scipy", "sklearn", "pandas", "streamlit")
FEWEST_WORDS = 200  # of a module that is a document

_CODE = re.compile(r"^\s*(>>>|\.\.\.).*$", re.MULTILINE)
_SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n\s*\n")


def docstrings(packages: tuple[str, ...] = PACKAGES) -> list[list[str]]:
    """A document for each module that has enough to say: its sentences, examples of code left out."""
    documents = []
    for package in packages:
        found = importlib.util.find_spec(package)
        if found is None or found.origin is None:
            continue
        for path in sorted(Path(found.origin).parent.rglob("*.py")):
            if "tests" in path.parts:
                continue
            try:
                tree = ast.parse(path.read_text("utf-8"))
            except (SyntaxError, UnicodeDecodeError):
                continue
            kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
            said = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds)]
            text = _CODE.sub("", "\n\n".join(part for part in said if part))
            if len(text.split()) >= FEWEST_WORDS:
                sentences = (" ".join(part.split()) for part in _SENTENCES.split(text))
                documents.append([sentence for sentence in sentences if sentence])
    return documents
