"""The pages' JavaScript is copied to where it is served, and old copies go when nobody uses them."""

import os
import re
import shutil
import time

import pytest

from pages.parts.browser_modules import BrowserModules, modules

FILES = {
    "plot/main.js": b"import {a} from './arrays.js';\nexport default function () {}\n",
    "plot/arrays.js": b"export const a = 1;\n",
    "plot/ahead.js": b"import('./all.js');",
    "word_picker/a.js": b"1",
}
DAY = 24 * 3600


def shown(static):
    return sorted(path.name for path in static.iterdir())


def served(static, name):
    folder = static / name
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.js")}


def test_modules_are_copied_with_their_folders_and_dated_so_that_browsers_keep_them(tmp_path):
    one = BrowserModules(FILES, tmp_path / "static", ["plot"])
    found = served(tmp_path / "static", one.name)
    together = found.pop("plot/all.js").decode()
    assert found == FILES
    assert together.index("modules.arrays =") < together.index("modules.main =")
    promise = one.promise("plot/main.js")
    assert f"'app/static/{one.name}/plot/all.js'" in promise and promise.endswith(".main)")
    for path in (tmp_path / "static" / one.name).rglob("*.js"):
        assert time.time() - path.stat().st_mtime > 365 * DAY
    with pytest.raises(KeyError, match="'plot/none.js'"):
        one.promise("plot/none.js")
    with pytest.raises(KeyError, match="'word_picker/all.js'"):
        one.promise("word_picker/a.js")


def test_other_content_has_another_name_and_the_same_has_the_same(tmp_path):
    names = {
        BrowserModules(files, tmp_path).name
        for files in (
            FILES,
            dict(reversed(FILES.items())),
            {**FILES, "plot/arrays.js": b"x"},
            {**FILES, "plot/b.js": b""},
        )
    }
    assert len(names) == 3 and shown(tmp_path) == sorted(names)


def test_a_copy_is_removed_when_no_server_used_it_for_a_week(tmp_path):
    old, used = (BrowserModules({"plot/a.js": text}, tmp_path) for text in (b"old", b"used"))
    (tmp_path / "plotly.min.js").write_text("stays")
    long_ago = time.time() - 8 * DAY
    os.utime(tmp_path / old.name, (long_ago, long_ago))
    os.utime(tmp_path / used.name, (time.time() - 6 * DAY,) * 2)
    left_by_a_crash = tmp_path / "js-0123.99.tmp"
    left_by_a_crash.mkdir()
    os.utime(left_by_a_crash, (long_ago, long_ago))
    new = BrowserModules({"plot/a.js": b"new"}, tmp_path)
    assert shown(tmp_path) == sorted([used.name, new.name, "plotly.min.js"])


def test_a_server_that_runs_writes_its_own_copy_again(tmp_path):
    one = BrowserModules(FILES, tmp_path)
    shutil.rmtree(tmp_path / one.name)
    one.keep()
    assert served(tmp_path, one.name) == FILES


def test_a_server_that_runs_for_long_renews_its_copy(tmp_path, monkeypatch):
    one = BrowserModules(FILES, tmp_path)
    long_ago = time.time() - 8 * DAY
    os.utime(tmp_path / one.name, (long_ago, long_ago))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * DAY)
    one.keep()
    monkeypatch.undo()
    BrowserModules({"plot/a.js": b"new"}, tmp_path)
    assert served(tmp_path, one.name) == FILES


def test_two_servers_that_start_at_once_leave_one_copy(tmp_path):
    first = BrowserModules(FILES, tmp_path)
    first._write(tmp_path / first.name)  # as one that found nothing a moment ago
    assert shown(tmp_path) == [first.name] and served(tmp_path, first.name) == FILES


def test_every_import_of_the_pages_modules_is_served():
    folder = modules._static / modules.name
    found = 0
    for path in folder.rglob("*.js"):
        for name in re.findall(
            r"^(?:import|export) .*? from '(.+?)';", path.read_text("utf-8"), re.M
        ):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"
            found += 1
    assert found > 20
