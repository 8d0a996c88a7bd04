"""JavaScript modules of the pages, where Streamlit serves them.

The modules in the folders of ``pages/`` are copied into ``static/js-<digest>/`` when the app starts, and
beside those of a folder all of them in one file, which is what pages ask for: a request for each module
took a third of a second of a first view. The folder is named by the digest of all modules: relative
imports work, and no browser keeps an old module under a new name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from w2v_core.exchange.joined_modules import joined
from w2v_core.storage.files import whole_file

_PAGES = Path(__file__).resolve().parent.parent
STATIC = _PAGES.parent / "static"
TOGETHER = "all.js"
_JOINS = ("plot", "parts/copied_link", "parts/word_picker")
_ALONE = "ahead.js"  # loads the others of its folder before they are needed
_PREFIX = "js-"
_DAY = 24 * 3600.0  # seconds
_KEPT = 7 * _DAY  # how long a folder that no server uses stays
_LONG_AGO = 1e9  # a modification time, see _write


class BrowserModules:
    """A set of modules, and their copy in a folder that is served.

    Several servers may use one folder, with different versions of the modules: each renews the date of
    its own copy once a day and writes it again should it be gone. A copy that nobody renewed for a
    week is removed.

    Parameters
    ----------
    modules : mapping of str to bytes
        Content by path, with forward slashes.
    static : Path
        The folder that is served.
    joins : sequence of str
        Folders of modules that ``promise`` gives out.
    """

    def __init__(
        self, modules: Mapping[str, bytes], static: Path = STATIC, joins: Sequence[str] = ()
    ) -> None:
        self._files, self._static = dict(modules), static
        for folder in joins:
            self._files[f"{folder}/{TOGETHER}"] = _together(folder, modules)
        digest = hashlib.blake2b(digest_size=8)
        for path, content in sorted(self._files.items()):
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        self.name = _PREFIX + digest.hexdigest()
        self._renewed = 0.0
        self.keep()
        self._remove_old()

    @classmethod
    def of_pages(cls) -> BrowserModules:
        """The modules in the folders below ``pages/``."""
        found = sorted(_PAGES.rglob("*.js"))
        return cls(
            {path.relative_to(_PAGES).as_posix(): path.read_bytes() for path in found}, joins=_JOINS
        )

    def promise(self, path: str) -> str:
        """JavaScript for a promise of a module, wherever the page is: the app may have a base path."""
        self.address(path)  # refuses a module that is not there
        folder, name = path.removesuffix(".js").rsplit("/", 1)
        address = self.address(f"{folder}/{TOGETHER}")
        return (
            f"import(new URL('{address}', document.baseURI).href).then((all) => all.default.{name})"
        )

    def address(self, path: str) -> str:
        """Where a module is served, from the page: for the ``src`` of a script."""
        if path not in self._files:
            raise KeyError(f"There is no module {path!r} in the folders of pages/.")
        return f"app/static/{self.name}/{path}"

    def keep(self) -> None:
        """See that the copy is there and is not taken for an old one."""
        target = self._static / self.name
        if not target.is_dir():
            self._write(target)
        if time.time() - self._renewed > _DAY:
            with contextlib.suppress(OSError):  # it is gone, or in a folder that is read-only
                os.utime(target)
            self._renewed = time.time()

    def _write(self, target: Path) -> None:
        with _told_how_to_prepare():
            self._put(target)

    def _put(self, target: Path) -> None:
        self._static.mkdir(exist_ok=True)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        try:
            for path, content in self._files.items():
                file = temporary / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                # Streamlit sends no word of how long a file stays the same, so a browser asks for a
                # new one before each use. One that has not changed for years it trusts for years.
                os.utime(file, (_LONG_AGO, _LONG_AGO))
            with contextlib.suppress(OSError):  # another server has just done the same
                temporary.rename(target)
            if not target.is_dir():
                raise OSError(f"The modules could not be written to {target}.")
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _remove_old(self) -> None:
        for old in self._static.glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):  # another server was quicker
                if old.name != self.name and time.time() - old.stat().st_mtime > _KEPT:
                    shutil.rmtree(old, ignore_errors=True)


def _together(folder: str, modules: Mapping[str, bytes]) -> bytes:
    inside = {}
    for path, content in modules.items():
        within, name = path.rsplit("/", 1)
        if within == folder and name != _ALONE:
            inside[name] = content.decode("utf-8")
    return f"{joined(inside)}export default modules;\n".encode()


def serve_plotly() -> None:
    """Copy plotly.js from the installed package to where Streamlit serves it: nothing is fetched."""
    source = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    target = STATIC / "plotly.min.js"
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        with _told_how_to_prepare():
            target.parent.mkdir(exist_ok=True)
            with whole_file(target, durable=False) as temporary:
                shutil.copyfile(source, temporary)


@contextlib.contextmanager
def _told_how_to_prepare() -> Iterator[None]:
    """Where the app's folder is read-only to the app, whoever installs it fills static/ beforehand."""
    try:
        yield
    except OSError as error:
        raise OSError(
            "A file is missing from the folder static beside app.py, which cannot be written to "
            f"({error}): ask someone who may write there to run python -m "
            "pages.parts.browser_modules in the folder of app.py."
        ) from error


modules = BrowserModules.of_pages()
"""The modules that this server's pages use."""

if __name__ == "__main__":
    serve_plotly()
    print(STATIC / modules.name)
