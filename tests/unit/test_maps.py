"""Every kind of map that is offered keeps what its page and its worker rely on."""

import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core import Corpus, SkipGram
from w2v_core.library.model_files import save_model
from w2v_core.space.axes import read_axis
from w2v_core.space.density import density
from w2v_core.space.maps import MAPS
from w2v_core.vocabulary import Vocabulary
from w2v_core.work import analyses, results

WORDS = Vocabulary([f"word{i}" for i in range(45)])
AXES = ("word0 → word15", "word0 → word30", "word15 → word30")


@pytest.fixture(scope="module")
def groups():
    """Three far groups of fifteen points in eight dimensions."""
    rng = np.random.default_rng(0)
    return np.repeat(10 * np.eye(3, 8), 15, axis=0) + rng.normal(size=(45, 8))


def settings_of(kind, dims):
    """What the page gives: every field at its default, and the axes that a person named."""
    chosen = {}
    for setting in kind.settings:
        value = setting.default(45)
        assert value is None or setting.low <= value <= setting.high
        chosen[setting.name] = setting.empty if value is None else value
    if kind.name == "axes":
        chosen["axes"] = [read_axis(text, WORDS) for text in AXES[:dims]]
    return {"dims": dims, "centered": False, "unit": True, **chosen}


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("name", MAPS)
def test_every_kind_keeps_far_groups_apart(groups, name, dims):
    drawn = MAPS[name].coordinates(groups, settings_of(MAPS[name], dims))
    assert drawn.coordinates.shape == (45, dims) and drawn.coordinates.dtype == np.float32
    apart = np.linalg.norm(drawn.coordinates[:, None] - drawn.coordinates, axis=2)
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_array_equal(apart.argmin(axis=1) // 15, np.arange(45) // 15)


@pytest.mark.parametrize("name", [kind.name for kind in MAPS.values() if not kind.background])
def test_a_map_drawn_at_once_places_other_vectors_where_its_own_lie(groups, name):
    settings = settings_of(MAPS[name], 2) | {"unit": False}
    drawn = MAPS[name].coordinates(groups, settings)
    np.testing.assert_allclose(drawn.place(groups[3:7]), drawn.coordinates[3:7], atol=1e-4)


def test_a_worker_knows_every_kind_that_needs_one_and_addresses_tell_their_fields_apart():
    behind = {name for name, kind in MAPS.items() if kind.background}
    assert behind and behind <= set(analyses.KINDS)
    keys = [setting.key for kind in MAPS.values() for setting in kind.settings]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", [kind.name for kind in MAPS.values() if kind.background])
def test_a_map_in_the_background_tells_how_far_it_is_and_stops(groups, name):
    kind, told = MAPS[name], []
    kind.coordinates(groups, settings_of(kind, 2), lambda share, _: told.append(share))
    assert told == sorted(told) and told[0] == 0 and told[-1] > 0.5
    with pytest.raises(InterruptedError, match="stopped"):
        kind.coordinates(groups, settings_of(kind, 2), lambda share, _: share > 0.3)


def test_a_worker_that_draws_no_map_loads_nothing_for_them():
    """Scikit-learn alone takes 60 MB, a third of what the smallest worker may use, and a second to load."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, w2v_core.work.worker; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "w2v_core.space.maps" in loaded and not {"sklearn", "openTSNE", "scipy.stats"} & set(
        loaded
    )


def test_a_new_kind_of_map_is_checked_where_its_result_is_read(tmp_path, monkeypatch):
    monkeypatch.setitem(MAPS, "spiral", MAPS["tsne"])
    model = SkipGram(dim=4).fit(Corpus.from_text("a b c d e f g\n" * 20))
    save_model(model, tmp_path, name="letters")
    asked = {"words": 5, "dims": 2}  # of seven
    for words, opens in ((5, True), (4, False)):
        drawn = {"coordinates": np.zeros((words, 2), np.float32)}
        results.make(tmp_path, "spiral", asked, lambda *_, drawn=drawn: drawn, lambda *_: False)
        assert (results.read_result(tmp_path, "spiral", asked) is not None) == opens


@pytest.mark.parametrize("name", MAPS)
def test_a_map_in_the_background_says_beforehand_how_long_it_takes(name):
    kind = MAPS[name]
    few, many = (kind.seconds(words, settings_of(kind, 2)) for words in (1_000, 100_000))
    assert 0 < few < many if kind.background else few == many == 0


def test_more_iterations_take_longer():
    few, many = (MAPS["tsne"].seconds(5_000, {"iterations": n}) for n in (250, 1_000))
    assert few < many


def test_the_density_is_highest_where_the_points_are_and_0_far_from_them():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(800, 2)), rng.normal((30, 0), size=(200, 2))])
    x, y, share = density(np.vstack([points, [[np.nan, 0]]]))
    assert share.shape == (len(y), len(x)) and share.max() == 1 and share.min() >= 0

    def at(px, py):
        return share[np.abs(y - py).argmin(), np.abs(x - px).argmin()]

    assert at(0, 0) > 0.7 > at(30, 0) > 0.1 and at(15, 0) < 0.01
    assert x[0] < points[:, 0].min() and y[-1] > points[:, 1].max()


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.ones((4, 2))])
def test_a_density_of_no_points_or_of_one_place_is_still_a_grid(points):
    x, y, share = density(points)
    assert np.isfinite(share).all() and share.max() == (1 if len(points) else 0)
    assert (np.diff(x) > 0).all() and (np.diff(y) > 0).all()
