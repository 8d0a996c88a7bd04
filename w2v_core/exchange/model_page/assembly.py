"""Puts the parts of the page together: one file that loads nothing, in which no word of a text can run.

What the page shows is JSON in a script element that no browser executes. The one script and the one
style sheet are named by their digests in the page's Content-Security-Policy; everything else, the network
included, is refused by it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from w2v_core.exchange.joined_modules import joined

_MODULES = (
    "contents.js",
    "elements.js",
    "search.js",
    "view.js",
    "labels.js",
    "map.js",
    "word.js",
    "relations.js",
    "picker.js",
    "main.js",
)
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def assemble(title: str, contents: Mapping[str, Any]) -> bytes:
    """The page, UTF-8.

    Parameters
    ----------
    title : str
        Of the browser's window.
    contents : mapping
        JSON values, as ``types.d.ts`` describes them.
    """
    script, style = _script(), _read("page.css")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "style": style,
        "contents": as_data(contents),
        "script": script,
    }
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _read("page.html"))
    return page.encode("utf-8", "replace")


def as_data(values: Any) -> str:
    """JSON that is only data wherever it stands in HTML, and that is read back as it was, characters
    without a meaning of their own (lone surrogates) included."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _script() -> str:
    """The modules as one script."""
    modules = {name: _read(name) for name in _MODULES}
    return f'(() => {{\n"use strict";\n{joined(modules)}}})();\n'


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
