"""JavaScript modules of one folder as a single script: fewer requests, and a page that loads nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

_IMPORT = re.compile(r"^import \{(.+)\} from '\./(\w+)\.js';$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function\*?) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default function(?= ?\()", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def joined(modules: Mapping[str, str]) -> str:
    """JavaScript that makes ``modules``, an object with what each module exports, by its name without .js.

    Each module keeps a scope of its own and comes after those that it imports.

    Parameters
    ----------
    modules : mapping of str to str
        Source by file name. Modules import names from each other, ``import {a, b} from './other.js';``,
        and export declarations of one name each, or a function without a name as the default.

    Raises
    ------
    ValueError
        for another form of import or export.
    graphlib.CycleError
        when modules import each other in a circle.
    """
    named = {name.removesuffix(".js"): text for name, text in sorted(modules.items())}
    uses = {name: {found[2] for found in _IMPORT.finditer(text)} for name, text in named.items()}
    for name, used in uses.items():
        if missing := used - named.keys():
            raise ValueError(f"{name}.js imports {min(missing)}.js, which is not in its folder.")
    parts = (_scoped(name, named[name]) for name in TopologicalSorter(uses).static_order())
    return "const modules = {};\n" + "".join(parts)


def _scoped(name: str, text: str) -> str:
    exported = _EXPORT.findall(text)
    text, defaults = _DEFAULT.subn("function exportedDefault", text)
    text = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    if other := _OTHER.search(text):
        raise ValueError(
            f"{name}.js cannot be joined with others because of its line {other[0]!r}."
        )
    values = ", ".join(exported + ["default: exportedDefault"] * defaults)
    return f"modules.{name} = (() => {{\n{text};\nreturn {{{values}}};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    return f"const {{{found[1].replace(' as ', ': ')}}} = modules.{found[2]};"
