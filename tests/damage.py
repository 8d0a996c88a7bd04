"""Damage to a model's folder, made by dice with a seed: what a failing disk, a killed copy or a curious
hand leaves there. ``tests/unit/test_damaged_folders.py`` and ``tests/app/test_damaged_pages.py`` run it."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.library import training_history, word_sets
from w2v_core.library.choices import Choices
from w2v_core.library.library import unfinished_trainings
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import write_json
from w2v_core.storage.home import home
from w2v_core.work import analyses, methods_record, worker

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field. Madrid is a city in Spain.\n"
) * 10
WHOLE = ("a" * 32, "b" * 32)
DAMAGED = "d" * 32
RESAMPLES = {"resamples": 2, "seed": 0}
TSNE = {"which": "center", "words": 10, "iterations": 250, "perplexity": 3.0}

NUMBERS = (0, -1, 1, 2**31, 2**63, 10**40, -(10**40), 0.5, -0.5, 1e300, -1e300, 1e999, -1e999)
VALUES: tuple[Any, ...] = (
    *NUMBERS,
    float("nan"),
    None,
    True,
    False,
    "",
    "x",
    "\ud800",
    "\0",
    "../../elsewhere",
    "/etc/passwd",
    "x" * 20_000,
    [],
    [[]],
    ["x"],
    [1, 2],
    ["x", "x"],
    [float("nan")],
    {},
    {"x": 1},
    {"": []},
)


def make_home() -> None:
    """Two models, and a third with all that can stand in a folder: a text of documents, a history, results,
    kept sets and categories, a checkpoint and live vectors."""
    for id, name in zip(WHOLE, ("First", "Second"), strict=True):
        model = SkipGram(epochs=3, dim=5, seed=len(name)).fit(Corpus.from_text(TEXT))
        save_model(model, library.model_folder(id), name=name, created=1.0)
    folder = library.model_folder(DAMAGED)
    folder.mkdir()
    key = library.texts.keep_files([(f"{n}.txt", [TEXT[: 500 * n].encode()]) for n in (1, 2)])
    text = library.texts.prepared(key, Choices(left_out=("3.txt",)))
    write_json(
        folder / "settings.json",
        {
            "schema_version": 1,
            "name": "Third",
            "created": 2.0,
            "text": {},
            "model": {"epochs": 6, "dim": 5, "solver": "sgd"},
        },
    )
    queue = Queue()
    queue.put("train", {"text": text}, DAMAGED)
    kept: dict[str, bytes] = {}
    live = training_history.Recorder.live

    def keep(self, V):
        live(self, V)
        for name in ("live.npz", "checkpoint.npz"):
            with contextlib.suppress(OSError):
                kept[name] = (folder / name).read_bytes()

    training_history.Recorder.live = keep
    try:
        worker.work(queue, idle_seconds=0)
    finally:
        training_history.Recorder.live = live
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    assert set(kept) == {"live.npz", "checkpoint.npz"} and queue.get(DAMAGED).state == "done"
    write_about(folder, name="Third", source="cities", owner="")
    training_history.write_watched(folder, ["berlin", "paris"])
    word_sets.keep_set(library, folder.name, "cities", ["berlin", "paris"])
    word_sets.keep_word_categories(
        library, folder.name, "c.csv", [("berlin", "city"), ("potato", "plant")]
    )
    analyses.start(library, queue, "stability", DAMAGED, RESAMPLES)
    analyses.start(library, queue, "tsne", DAMAGED, TSNE)
    worker.work(queue, idle_seconds=0)
    assert {job.state for job in queue.jobs()} == {"done"}, [j.message for j in queue.jobs()]


class Home:
    """A home with two whole models and one that is damaged again and again, each time from whole."""

    def __init__(self) -> None:
        self.folder = library.model_folder(DAMAGED)
        self.good = home() / "good"
        shutil.copytree(self.folder, self.good)

    def whole(self) -> Path:
        """The third model's folder, whole again."""
        with contextlib.suppress(OSError):
            self.folder.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.good, self.folder)
        return self.folder


# Kinds of damage: each takes the folder and dice, and says what it did.


def files_of(folder: Path, *endings: str) -> list[Path]:
    found = sorted(f for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
    return [f for f in found if not endings or f.suffix in endings]


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The ways to every value in JSON; of long lists the first and the last."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list) and value:
        for at in {0, len(value) - 1}:
            yield from places(value[at], (*path, at))


def swap(folder: Path, dice: random.Random) -> str:
    """Another value at a place in JSON, or none; half of the time in a file that every page reads."""
    told = [folder / name for name in ("model.json", "about.json", "settings.json")]
    first = dice.random() < 0.5 and all(file.is_file() for file in told)
    file = dice.choice(told if first else files_of(folder, ".json"))
    content = json.loads(file.read_text())
    path = dice.choice(list(places(content)))
    if not path:
        changed = dice.choice(VALUES)
    else:
        changed = copy.deepcopy(content)
        place = changed
        for step in path[:-1]:
            place = place[step]
        how = dice.random()
        if how < 0.15:
            del place[path[-1]]
        elif how < 0.25 and isinstance(place, list):
            place.insert(path[-1], place[path[-1]])
        else:
            place[path[-1]] = dice.choice(VALUES)
    file.write_text(json.dumps(changed), encoding="utf-8")
    return f"{file.name} at {path}"


def cut(folder: Path, dice: random.Random) -> str:
    file = dice.choice(files_of(folder))
    data = file.read_bytes()
    file.write_bytes(data[: dice.randrange(len(data))] if data else b"x")
    return f"{file.name} cut"


def flip(folder: Path, dice: random.Random) -> str:
    file = dice.choice(files_of(folder))
    data = bytearray(file.read_bytes() or b"x")
    for _ in range(dice.choice((1, 1, 8, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    file.write_bytes(data)
    return f"{file.name} flipped"


def rubbish(folder: Path, dice: random.Random) -> str:
    file = dice.choice(files_of(folder))
    file.write_bytes(
        dice.choice((b"", b"\0" * 4096, b"\xff\xfe{", b"[" * 5_000, b"PK\x03\x04", b"[1e999, NaN]"))
    )
    return f"{file.name} rubbish"


def take_out(folder: Path, dice: random.Random) -> str:
    everything = sorted(folder.rglob("*"))
    place = dice.choice(everything)
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    return f"{place.name} deleted"


def exchange(folder: Path, dice: random.Random) -> str:
    """A folder for a file, a file for a folder, a link, a pipe."""
    place = dice.choice([folder, *sorted(folder.rglob("*"))])
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    how = dice.choice(("other", "nowhere", "itself", "away", "pipe", "full"))
    if how == "other":
        place.write_text("a file") if place.suffix == "" else place.mkdir()
    elif how == "full":
        place.mkdir()
        (place / os.fsdecode(b"\xff\xfe.txt")).write_text("not UTF-8")
    elif how == "pipe":
        os.mkfifo(place)
    else:
        target = {"nowhere": "nowhere", "itself": place.name, "away": "/dev/zero"}[how]
        place.symlink_to(target)
    return f"{place.name} became {how}"


def add(folder: Path, dice: random.Random) -> str:
    """What does not belong there."""
    name = dice.choice(
        (
            b"\xff.json",
            b"history/00001 copy.npz",
            b"history/99999999.npz",
            b"model-x.npz",
            b"x\n.txt",
        )
    )
    place = os.path.join(os.fsencode(folder), name)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        file.write(b"what is this")
    return f"{name!r} added"


def arrays(folder: Path, dice: random.Random) -> str:
    """Arrays of another type, shape or with numbers that cannot be, in a whole .npz."""
    file = dice.choice(files_of(folder, ".npz"))
    with np.load(file) as found:
        content = {name: found[name] for name in found}
    name = dice.choice(sorted(content))
    array = content[name]
    how = dice.choice(
        ("type", "objects", "texts", "nan", "huge", "short", "deeper", "out", "negative")
    )
    if how == "out":
        del content[name]
    elif how == "type":
        with np.errstate(all="ignore"):
            wanted = dice.choice(("f8", "i1", "c8", "?", "M8[s]"))
            content[name] = array.astype(wanted) if array.dtype.kind in "fiub" else np.zeros(3)
    elif how == "objects":
        content[name] = np.full(array.shape, None, object)
    elif how == "texts":
        content[name] = np.full(array.shape, "x")
    elif how == "short":
        content[name] = array[:-1] if array.ndim else np.zeros(0)
    elif how == "deeper":
        content[name] = array[None]
    elif array.dtype.kind in "fi" and array.size:
        flat = array.copy().reshape(-1)
        value = {"nan": np.nan, "huge": 3e38, "negative": -5}[how]
        if array.dtype.kind == "i":
            value = {"nan": np.iinfo(array.dtype).min, "huge": np.iinfo(array.dtype).max}.get(
                how, -5
            )
        with np.errstate(all="ignore"):
            flat[dice.randrange(flat.size)] = value
        content[name] = flat.reshape(array.shape)
    np.savez(file, **content)
    return f"{file.name}: {name} {how}"


KINDS: tuple[Callable[[Path, random.Random], str], ...] = (
    *(swap,) * 6,
    cut,
    cut,
    flip,
    flip,
    rubbish,
    take_out,
    exchange,
    add,
    arrays,
    arrays,
)


def damage(folder: Path, seed: int) -> str:
    """Damage a folder, once or, seldom, twice; returns what was done."""
    dice = random.Random(seed)
    told = [dice.choice(KINDS)(folder, dice)]
    if dice.random() < 0.1 and folder.is_dir() and files_of(folder, ".json"):
        told.append(cut(folder, dice))
    return f"{seed}: {', then '.join(told)}"


# What must hold.


@dataclass
class Outcome:
    """What became of a damaged folder: ``why`` where it is listed as damaged, ``parts`` that said a
    sentence instead of being read."""

    why: str | None
    parts: dict[str, str]


def read_everything(id: str) -> dict[str, str]:
    """Read each part of a model as pages and workers do; name → sentence, of those that gave one. Any error
    without a sentence is raised."""
    folder, told = library.model_folder(id), {}

    def part(name: str, read: Callable[[], object]) -> None:
        try:
            read()
        except (ValueError, OSError) as error:
            told[name] = str(error)

    part("entry", lambda: library.entry(id))
    part("model", lambda: load_model(folder, corpus=False))
    part("text", lambda: load_model(folder).corpus)
    part("progress", lambda: dict(training_history.read_progress(folder)))
    part("live", lambda: training_history.read_live(folder))
    part("watched", lambda: training_history.read_watched(folder))
    part(
        "checkpoint",
        lambda: (
            training_history.checkpoint_passes(folder),
            training_history.read_checkpoint(folder),
        ),
    )
    part("steps", lambda: training_history.snapshot_steps(folder))
    part(
        "passes",
        lambda: [
            training_history.read_snapshot(folder, s)
            for s in training_history.snapshot_steps(folder)
        ],
    )
    part("sets", lambda: word_sets.read_sets(folder))
    part("categories", lambda: word_sets.read_word_categories(folder))
    part("documents", lambda: model_documents(folder))
    part("settings", lambda: dict(library.settings(id)))
    part("stability", lambda: analyses.load_stability(library, id, RESAMPLES))
    part("tsne", lambda: analyses.result(library, "tsne", id, TSNE))
    part("record", lambda: json.dumps(methods_record.methods_record(library, id)).encode())
    part("size", lambda: library.size(id))
    return told


def check(id: str = DAMAGED) -> Outcome:
    """What must hold of a home in which one folder is damaged; ends with that folder deleted."""
    queue = Queue()
    listed = {entry.id: entry for entry in library.models()}
    assert set(WHOLE) <= set(listed), "the others are listed"
    for entry in listed.values():
        time.localtime(entry.created)
        f"{entry.name} {entry.n_words:,} {entry.dim:,} {entry.loss or 0:.3f}".encode()
    told = read_everything(id)
    if id in listed:
        with contextlib.suppress(ValueError, OSError):
            library.load(id)
    damaged = {one.id: one.why for one in library.damaged(queue)}
    listed = {entry.id: entry for entry in library.models()}
    assert (id in listed) != (id in damaged), "it is listed as one or the other"
    assert not set(WHOLE) & set(damaged), "and the others are whole"
    if "model" in told or "entry" in told:
        assert id in damaged, f"what cannot be opened is listed as damaged: {told}"
    for sentence in (*told.values(), *damaged.values()):
        assert len(sentence) > 20 and " " in sentence and "Traceback" not in sentence, sentence
    library.deleted()
    unfinished_trainings(queue)
    assert library.can_continue(id) in (True, False)
    if id in damaged:
        missing = "its model is not there" if "is missing" in damaged[id] else None
        assert library.damage(id) or missing, "and its address says why"
        library.delete_damaged(queue, id)
    else:
        assert library.damage(id) is None
        library.delete(queue, id)
        assert id in {gone.id for gone in library.deleted()}
        library.forget(id)
    assert not os.path.lexists(home() / "models" / id), "it is gone"
    assert not os.path.lexists(home() / "deleted" / id), "it is gone"
    assert {entry.id for entry in library.models()} == set(WHOLE)
    assert not library.damaged(queue)
    return Outcome(damaged.get(id), told)
