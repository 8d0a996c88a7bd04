"""A whole model in one file to share: a .zip of its folder.

model.json, model-<digest>.npz   the model
record.json                      how it was made (see ``work.methods_record``)
corpus.json, corpus.npz, text.txt, history/, sets.json   where they were not left out

A bundle that is imported is not trusted: only these names are read, declared sizes limit what is read,
every array's header is checked before the array is read, nothing is unpickled, and what is kept is
written anew from what was checked.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from w2v_core.exchange.bundle_archive import BundleArchive, Tell
from w2v_core.exchange.bundle_parts import read_parts
from w2v_core.exchange.zip_files import open_zip
from w2v_core.text import budget


def write_bundle(
    out: BinaryIO, folder: Path, record: dict, text: bool = True, history: bool = True
) -> None:
    """Pack a model's folder.

    Parameters
    ----------
    out : binary file
    folder : Path
        Of a finished model.
    record : dict
        What ``work.methods_record.methods_record`` returned.
    text : bool
        With the text and its encoded sentences.
    history : bool
        With the vectors at every pass.
    """
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    about["name"] = record["name"]  # as it is called now
    for name in ("certainty", "stability"):  # the vectors of these trainings stay behind
        if record[name]:
            about["origin"] = {**(about.get("origin") or {}), name: record[name]}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("model.json", json.dumps(about, ensure_ascii=False))
        archive.writestr("record.json", json.dumps(record, ensure_ascii=False, indent=1))
        names = [Path(about["arrays"]).name, "sets.json"]
        if text:
            names += ["corpus.json", "corpus.npz", "text.txt", "documents.json"]
        if history:
            names += sorted(
                f"history/{file.name}" for file in (folder / "history").glob("[0-9]*.npz")
            )
        for name in names:
            if (folder / name).is_file():
                # Vectors hardly shrink; ids and words do.
                packed = not name.startswith(("model-", "history/"))
                how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                archive.write(folder / name, name, compress_type=how)


def read_bundle(file: BinaryIO, folder: Path, name: str, tell: Tell | None = None) -> None:
    """Unpack a bundle into a new folder, all of it checked.

    Parameters
    ----------
    file : binary file
        One that can seek.
    folder : Path
        An empty folder; what is left there after an error is nobody's model.
    name : str
        What the model is called if the bundle does not say.
    tell : callable, optional
        Called with the share done (0 to 1); what it raises ends the reading.

    Raises
    ------
    ValueError
        with a sentence: what is wrong.
    """
    try:
        with open_zip(file) as archive, tempfile.TemporaryDirectory(dir=folder) as spare:
            parts = BundleArchive(archive, Path(spare), tell or (lambda share: None))
            read_parts(parts, folder, name)
        budget.give_back(parts.unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(
            f"This file is damaged or was cut off ({error}): download it again."
        ) from error
