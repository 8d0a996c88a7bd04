"""The known files in a bundle, each once, their declared sizes bounded together."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from w2v_core.exchange.zip_files import check_entry
from w2v_core.storage.limits import max_model_bytes, max_text_bytes
from w2v_core.text.budget import Counted

_MOST_JSON = 64_000_000  # bytes
_KNOWN = re.compile(
    r"(model|record|corpus|sets|documents)\.json|corpus\.npz|text\.txt|history/[0-9]{5,9}\.npz"
)
MODEL_FILE = re.compile(r"model-[0-9a-f]{16}\.npz")
Tell = Callable[[float], object]


class BundleArchive:
    """A bundle's known files, each once, their declared sizes bounded together."""

    def __init__(self, archive: zipfile.ZipFile, spare: Path, tell: Tell):
        self._archive, self._spare, self._tell = archive, spare, tell
        self.files: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            if _KNOWN.fullmatch(info.filename) or MODEL_FILE.fullmatch(info.filename):
                if info.filename in self.files:
                    raise ValueError(
                        f"This zip file contains {info.filename} twice, so it is not a model."
                    )
                self.files[info.filename] = info
        total = 0
        for name, info in self.files.items():
            most = max_text_bytes() if name == "text.txt" else max_model_bytes()
            check_entry(info, min(most, _MOST_JSON) if name.endswith(".json") else most)
            total += info.file_size
        if total > max_model_bytes() + max_text_bytes():
            raise ValueError(
                f"This file takes {total / 1e6:,.0f} MB when unpacked, which is more than is "
                "accepted."
            )
        self._total, self._done = max(total, 1), 0
        self.unpacked = 0  # bytes in the spare folder

    def json(self, name: str) -> dict:
        with self._archive.open(self.files[name]) as member:
            data = member.read(self.files[name].file_size + 1)
        self._count(name)
        try:
            content = json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"This model is damaged: its {name} cannot be read.") from error
        if not isinstance(content, dict):
            raise ValueError(f"This model is damaged: its {name} is not as it should be.")
        return content

    def file(self, name: str) -> Path:
        """A part unpacked into the spare folder, under a name of ours."""
        path = self._spare / f"{self._done}"
        with self._archive.open(self.files[name]) as member, Counted(open(path, "wb")) as out:
            shutil.copyfileobj(member, out, 1 << 20)
            self.unpacked += out.tell()
        self._count(name)
        return path

    def _count(self, name: str) -> None:
        self._done += self.files[name].file_size
        self._tell(min(self._done / self._total, 1.0))


def _no_number(text: str):
    raise ValueError(f"{text} is not a number")
