"""The models that come with the app: trained once, seen by all, changed by nobody, counted for nobody."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest

from tests.operators_library import library_of
from w2v_core import Corpus, SkipGram
from w2v_core.library import training_history, word_sets
from w2v_core.library.library import Library
from w2v_core.library.model_files import load_corpus
from w2v_core.library.sweep import forget_unopened
from w2v_core.queue.queue import Queue
from w2v_core.storage import catalog
from w2v_core.storage.sample_ids import SAMPLE_IDS, is_sample
from w2v_core.text.budget import NoRoom
from w2v_core.text.samples import sample_path
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import NOBODY, OPERATOR, Visitor
from w2v_core.visitors.rights import Rights
from w2v_core.work import sample_models
from w2v_core.work.sample_models import make_samples, missing_samples

WORLD, ROYALTY = SAMPLE_IDS
ANNA = Visitor("browser-anna")
EVERYONE = pytest.mark.parametrize(
    "who", [OPERATOR, NOBODY, ANNA], ids=["operator", "nobody", "anna"]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home in which the samples were trained."""
    home = tmp_path_factory.mktemp("samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_SAMPLES", "1")
        make_samples(home)
    return home


@pytest.fixture
def home(made, monkeypatch):
    monkeypatch.setenv("W2V_SAMPLES", "1")
    monkeypatch.setenv("W2V_HOME", str(made))
    return made


@pytest.fixture
def copied(made, tmp_path, monkeypatch):
    """The same, to be changed; only the smaller sample is in it."""
    home = tmp_path / "home"
    shutil.copytree(made / "models" / ROYALTY, home / "models" / ROYALTY)
    monkeypatch.setenv("W2V_SAMPLES", "1")
    monkeypatch.setenv("W2V_HOME", str(home))
    monkeypatch.setattr(sample_models, "SAMPLE_IDS", (ROYALTY,))
    return home


def test_a_sample_has_all_that_a_model_trained_here_has(home):
    library = Library(home, OPERATOR)
    assert [entry.id for entry in library.samples()] == list(SAMPLE_IDS)
    for id in SAMPLE_IDS:
        folder = library.model_folder(id)
        assert len(training_history.snapshot_steps(folder)) > 2
        assert load_corpus(folder).words == library.load(id).words
    answers = library.load(WORLD).vectors("center").analogy("germany", "berlin", "france", n=1)
    assert answers[0][0] == "paris"


def test_samples_are_trained_where_they_are_missing_and_not_again(home):
    assert missing_samples(home) == []
    before = [catalog.stamp(home / "models" / id) for id in SAMPLE_IDS]
    make_samples(home)
    assert [catalog.stamp(home / "models" / id) for id in SAMPLE_IDS] == before
    assert {folder.name for folder in (home / "models").iterdir()} == set(SAMPLE_IDS)


@EVERYONE
def test_everyone_sees_the_samples_beside_their_own_models(home, who):
    library = Library(home, who)
    assert [entry.name for entry in library.samples()] == ["A small world", "Kings and queens"]
    assert library.load(ROYALTY).words and library.is_finished(WORLD)
    assert library.models() == [] and not library.rights.owns(WORLD)


@EVERYONE
def test_nobody_changes_a_sample(home, who):
    library, queue = Library(home, who), Queue()
    stamp = catalog.stamp(home / "models" / WORLD)
    for change in (
        lambda: library.rename(WORLD, "Mine"),
        lambda: library.delete(queue, WORLD),
        lambda: library.delete_damaged(queue, WORLD),
        lambda: library.continue_training(queue, WORLD),
        lambda: library.watch_words(WORLD, ["king"]),
        lambda: library.rights.owner_key(WORLD),
        lambda: library.rights.new_owner_key(WORLD),
        lambda: word_sets.keep_set(library, WORLD, "Mine", ["king"]),
    ):
        with pytest.raises(ValueError, match="This is a sample"):
            change()
    assert not library.rights.claim(WORLD, "a" * 32) and not library.rights.may_change(WORLD)
    assert catalog.stamp(home / "models" / WORLD) == stamp


@EVERYONE
def test_samples_count_for_nobody(home, who, monkeypatch):
    assert quota.used(home, who.owner) == quota.Used(0, 0)
    monkeypatch.setenv("W2V_MAX_MODELS", "1")
    if who is not NOBODY:
        quota.refuse_full(Rights(home, who))  # there is room for the one model that is allowed


def test_samples_stay_when_what_nobody_opens_is_removed(home, monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    monkeypatch.setenv("W2V_KEEP_DAYS", "0.0000001")
    assert forget_unopened(Queue()) == [] and missing_samples(home) == []


@pytest.mark.parametrize("how", ["record", "gone", "a file"])
def test_a_damaged_sample_is_trained_anew_and_troubles_nobody(copied, how):
    folder = copied / "models" / ROYALTY
    if how == "record":
        (folder / "model.json").write_text("{")
    else:
        shutil.rmtree(folder)
    if how == "a file":
        folder.write_text("no folder")
    library = library_of(OPERATOR)
    assert missing_samples(copied) == [ROYALTY] and library.damaged(Queue()) == []
    make_samples(copied)
    assert missing_samples(copied) == [] and "king" in library.load(ROYALTY).words


def test_arrays_that_turn_out_to_be_damaged_are_replaced(copied):
    library = library_of(OPERATOR)
    [arrays] = (copied / "models" / ROYALTY).glob("model-*.npz")
    arrays.write_bytes(b"\0" * arrays.stat().st_size)
    with pytest.raises(ValueError, match="damaged"):
        library.load(ROYALTY)
    assert missing_samples(copied) == [ROYALTY]
    make_samples(copied)
    assert library.load(ROYALTY).words


def test_many_visitors_at_once_train_a_sample_once(copied, monkeypatch):
    shutil.rmtree(copied / "models" / ROYALTY)
    trained, train = [], sample_models.train
    monkeypatch.setattr(
        sample_models, "train", lambda folder, *rest: (trained.append(folder), train(folder, *rest))
    )
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make_samples, [copied] * 4))
    assert len(trained) == 1 and missing_samples(copied) == []


def test_without_room_nothing_is_left_behind(copied, monkeypatch):
    shutil.rmtree(copied / "models" / ROYALTY)
    monkeypatch.setenv("W2V_MIN_FREE", "100%")
    with pytest.raises(NoRoom):
        make_samples(copied)
    assert list((copied / "models").iterdir()) == []


def test_an_operator_may_want_no_samples(home, tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_SAMPLES", "0")
    make_samples(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert missing_samples(tmp_path) == [] and Library(home, OPERATOR).samples() == []
    assert Library(home, OPERATOR).models() == []  # nor are those of before taken for somebody's


def test_no_model_made_here_can_have_a_samples_id():
    assert all(set(id) - set("0123456789abcdef") for id in SAMPLE_IDS)
    assert not is_sample("ab" * 16) and not is_sample(None)


@pytest.mark.parametrize("id", sample_models.SETTINGS)
def test_a_sample_whose_settings_are_given_answers_every_question_of_its_pairs(id):
    path = sample_path(sample_models.TEXTS[id])
    model = SkipGram(**sample_models.SETTINGS[id]).fit(Corpus.from_file(path))
    lines = path.with_name(f"{path.stem}_pairs.txt").read_text("utf-8").splitlines()
    pairs = [line.split() for line in lines if line and line[0] not in "#:"]
    asked = [(*one, *other) for one, other in permutations(pairs, 2)]
    answers = [model.vectors().analogy(*three, n=1)[0][0] for *three, _ in asked]
    assert len(asked) > 50 and answers == [right for *_, right in asked]
