"""Import of a model from a file: a bundle of this app, or vectors of another program."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import BinaryIO

from w2v_core.exchange import bundles, vector_reading, zip_files
from w2v_core.library.library import Library
from w2v_core.library.model_files import save_model, write_about
from w2v_core.storage.names import clean
from w2v_core.visitors import quota


def add_file(
    library: Library,
    file: BinaryIO,
    name: str,
    first: int | None = None,
    tell: Callable[[float], object] | None = None,
    owner: str | None = None,
) -> str:
    """Take in a model from a file, our bundle or vectors of any of the formats that are read, perhaps
    packed with gzip; returns its id. After an error the library is as before.

    Parameters
    ----------
    library : Library
        That takes it in.
    file : binary file
        One that can seek.
    name : str
        Of the file.
    first : int, optional
        Of vectors, keep only so many words, the first ones.
    tell : callable, optional
        Called with the share done (0 to 1); what it raises ends the reading.
    owner : str, optional
        Whose it is; the visitor's where left out.

    Raises
    ------
    ValueError
        with a sentence: what is wrong with it, or that there is no room for it.
    """
    quota.refuse_full(library.rights)
    owner = library.visitor.owner if owner is None else owner
    source = clean(name, "a file")
    called = (
        re.sub(r"(\.(gz|zip|w2v|bin|txt|vec|tsv|csv|npz))+$", "", source, flags=re.IGNORECASE)
        or source
    )
    with (
        quota.spending(library.home, owner),
        library.new_folder(owner) as (id, folder),
        zip_files.unpacked(file, folder) as (inner, is_zip),
    ):
        if is_zip and not vector_reading.holds_vectors(inner):
            bundles.read_bundle(inner, folder, called, tell)
        else:
            found = vector_reading.read_vectors(inner, first, tell, source)
            source += f" ({found.format})"
            save_model(found.model(), folder, name=called, created=time.time())
        whose = {"owner": owner} if owner else {}
        write_about(folder, source=source, imported=time.time(), **whose)
        quota.refuse_full(library.rights)  # another import may have been faster
    return id
