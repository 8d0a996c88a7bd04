"""Which version of the app writes a file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

NAME = "Word2Vec Explorer"
_PACKAGE = "word2vec-explorer"
_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def app_version() -> str:
    """The version, as in "0.9.0": that of the project's folder, otherwise that of the installed package;
    "" where neither is known."""
    if _PROJECT.is_file():
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == _PACKAGE:
            return str(project.get("version", ""))
    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return ""
