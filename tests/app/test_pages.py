"""Each page, driven without a browser."""

import json
from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.library import training_history
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import write_json
from w2v_core.work import worker

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    # Pages start a worker process; here the test does the worker's part, when it wants to.
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def app(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def page(at, name):
    return at.switch_page(f"pages/{name}.py").run()


def sentences(at):
    return " ".join(e.value for e in [*at.error, *at.warning, *at.info, *at.success])


def well(at):
    assert not at.exception, at.exception
    return at


def button(at, label):
    return next(b for b in at.button if b.label.startswith(label))


def train_here(at):
    """Click Train, do the worker's part, and come back to the page."""
    well(button(at, "Train").click().run())
    worker.work(Queue(), idle_seconds=0)
    return well(at.run())


@pytest.fixture
def trained():
    id = "ab" * 8
    model = SkipGram(epochs=5).fit(Corpus.from_text(TEXT))
    return save_model(model, library.model_folder(id), name="Cities", created=1.0).name


def test_train_shows_a_text_before_anything_is_set():
    at = well(app())
    metrics = {m.label: m.value for m in at.metric}
    assert 190_000 < int(metrics["words"].replace(",", "")) < 210_000
    assert metrics["text covered by the vocabulary"].endswith("%")
    assert len(plots(at)) == 1  # the Zipf plot
    assert any("→" in m.value for m in at.markdown)
    assert not button(at, "Train").disabled
    assert any("Expected:" in c.value for c in at.caption)


def test_every_parameter_has_a_field_and_a_sentence():
    from w2v_core.parameters import PARAMETERS

    at = well(app())
    shown = " ".join(c.value.replace("\\", "") for c in at.caption)
    for parameter in PARAMETERS.values():
        assert parameter.name in at.session_state
        assert parameter.sentence in shown


def plots(at):
    """The interactive plots of a page."""
    return [b for b in at.get("bidi_component") if b.proto.component_name == "w2v_plot"]


def titles(at):
    """How the lines above the plots begin."""
    shown = [json.loads(b.proto.json).get("title") for b in at.get("bidi_component")]
    return [title[:2] for title in shown if title]


def test_an_upload_is_read_trained_and_explored():
    at = app(source="Upload")
    well(at.file_uploader[0].set_value(("mine.txt", TEXT.encode(), "text/plain")).run())
    assert {m.label: m.value for m in at.metric}["sentences"] == "100"
    at = train_here(at)
    assert "Trained in" in sentences(at)
    at = well(app())
    at = well(page(at, "explore"))
    assert [e.name for e in library.models()] == ["mine.txt"]
    at.query_params["word"] = "paris"
    assert ["Nearest to ", "paris"] in titles(well(at.run()))


def test_a_pasted_text_is_trained_with_the_settings_that_were_given():
    at = well(app(source="Paste"))
    assert "Choose a file or paste a text" in sentences(at)
    well(at.text_area[0].set_value(TEXT).run())
    well(at.number_input(key="dim").set_value(7).run())
    well(at.number_input(key="epochs").set_value(3).run())
    train_here(at)
    model = load_model(library.model_folder(library.models()[0].id))
    assert model.V.shape[1] == 7 and model.epochs == 3


def test_the_preset_as_in_the_notes_sets_what_the_notes_have():
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())
    well(at.segmented_control(key="preset").set_value("as in the notes").run())
    well(at.number_input(key="epochs").set_value(2).run())
    train_here(at)
    model = load_model(library.model_folder(library.models()[0].id))
    assert (model.solver, model.window, model.anchored) == ("sgd", "sentence", False)
    assert model.subsample == 0 and model.prior == 0 and not model.log_q.any()


def test_settings_in_the_address_are_used():
    key = library.texts.keep("mine.txt", TEXT.encode())
    at = well(app(source="Upload", upload=key, dim="5"))
    assert at.number_input(key="dim").value == 5
    train_here(at)
    assert load_model(library.model_folder(library.models()[0].id)).V.shape[1] == 5


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"word", "single word"),
        (b"?!... -- ,", "contains no words"),
        (bytes(range(256)) * 50, "binary data"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"z" * 10_000_000, "runs of more than 1,000 characters"),
        (b"\x1f\x8b damaged", "damaged gzip"),
        (b"one\ntwo\nthree", "no training pairs"),
    ],
)
def test_a_bad_upload_gets_a_sentence_and_nothing_is_lost(data, sentence, trained):
    at = app(source="Upload")
    well(at.file_uploader[0].set_value(("bad.txt", data, "text/plain")).run())
    if not button(at, "Train").disabled:
        at = train_here(at)
    assert sentence in sentences(at).replace("\\", "")
    assert [e.id for e in library.models()] == [trained]
    shown = well(app(source="Sample")).metric  # the server goes on
    assert "words" in {m.label for m in shown}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a few words\0and more of them here. " * 9, "9 NUL characters"),
        ("Der Käse und das Öl sind gut. ".encode("cp1252") * 9, "Windows-1252"),
    ],
)
def test_a_doubtful_upload_is_read_with_a_warning(data, sentence):
    at = app(source="Upload")
    well(at.file_uploader[0].set_value(("odd.txt", data, "text/plain")).run())
    assert sentence in sentences(at).replace("\\", "") and not button(at, "Train").disabled


def test_a_text_without_spaces_is_led_to_characters():
    at = app(source="Upload")
    data = "これは日本語の文章です。私は猫です。".encode() * 9
    well(at.file_uploader[0].set_value(("odd.txt", data, "text/plain")).run())
    assert "set the unit to characters" in sentences(at)
    well(at.segmented_control(key="unit").set_value("characters").run())
    assert "characters" not in sentences(at) and not button(at, "Train").disabled


def test_ten_megabytes_in_one_line_are_read():
    at = app(source="Upload")
    data = b"round and round the garden like a teddy bear " * 230_000
    well(at.file_uploader[0].set_value(("line.txt", data, "text/plain")).run())
    assert {m.label: m.value for m in at.metric}["sentences"] == "1"


def test_an_html_word_is_shown_as_text():
    at = app(source="Upload")
    name = "<img src=x onerror=alert(1)> *a* $b$.txt"
    data = b"<b>bold</b> <script>alert(1)</script> words here. " * 20
    well(at.file_uploader[0].set_value((name, data, "text/html")).run())
    at = train_here(at)
    assert all("<img" not in m.value or "\\<img" in m.value for m in at.markdown)
    assert "<script>" not in " ".join(m.value for m in at.markdown)
    assert not any(m.allow_html for m in at.markdown)


def test_settings_that_the_text_cannot_carry_are_named():
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())
    well(at.number_input(key="dim").set_value(300).run())
    assert "Dimensions = 300" in sentences(at) and button(at, "Train").disabled
    well(at.number_input(key="dim").set_value(None).run())
    well(at.number_input(key="min_count").set_value(9999).run())
    assert (
        "lower the minimum count" in sentences(at).replace("\\", "")
        and button(at, "Train").disabled
    )


def test_a_text_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setenv("W2V_MAX_TEXT_MB", "0.001")
    at = app(source="Upload")
    well(at.file_uploader[0].set_value(("long.txt", TEXT.encode(), "text/plain")).run())
    assert "more than 0.001 MB" in sentences(at).replace("\\", "")


def start(**model_parameters):
    key = library.texts.keep("mine.txt", TEXT.encode())
    return library.start_training(Queue(), key, "Mine", {}, model_parameters)


def test_going_back_to_the_address_of_another_sample_opens_it():
    at = well(app(sample="royalty"))
    for name in ("small_world", "royalty"):
        at.query_params["sample"] = name
        assert well(at.run()).segmented_control(key="sample").value == name


def test_a_waiting_training_names_what_it_waits_for_and_can_stop_it():
    first, second = start(), start()
    Queue().take("w")
    at = well(app(job=second))
    assert "· after the training for “Mine”" in at.get("progress")[0].proto.text
    well(button(at, "Stop the training for").click().run())
    assert Queue().get(first).stop and Queue().get(second).state == "queued"


def test_a_waiting_training_says_so_and_can_be_stopped():
    start()
    id = start()
    at = well(app(job=id))
    said = " ".join(str(p.proto) for p in at.get("progress"))
    assert "Waiting: 1 ahead of this one, about 30 seconds" in said
    well(button(at, "Stop").click().run())
    assert Queue().get(id).state == "cancelled"
    assert "Cancelled before it began" in sentences(at)
    well(button(at, "Back to the text").click().run())
    assert button(at, "Train")


def train_until_the_end_breaks_off(monkeypatch, seconds_ago):
    """A training that had all its passes when its worker died, so many seconds ago."""
    id, queue = start(epochs=4), Queue()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("w2v_core.work.training.save_model", Mock(side_effect=KeyboardInterrupt))
        worker.work(queue, idle_seconds=0)
    with queue._open(write=True) as db:
        db.execute("UPDATE jobs SET state = 'running', heartbeat = heartbeat - ?", (seconds_ago,))
    return id, library.model_folder(id)


def test_a_running_training_shows_map_loss_and_watched_words(monkeypatch):
    id, folder = train_until_the_end_breaks_off(monkeypatch, seconds_ago=-60)
    progress = {**training_history.read_progress(folder), "phase": "training", "share": 0.5}
    write_json(folder / "progress.json", progress)
    at = well(app(job=id))
    assert any("4 passes" in str(p.proto) for p in at.get("progress"))
    assert any("Exact loss" in m.value for m in at.markdown)
    assert len(plots(at)) == 2  # the map and the loss curve
    well(at.multiselect[0].set_value(["potato", "rome"]).run())
    assert training_history.read_watched(folder) == ["potato", "rome"]
    assert any(m.value.startswith("**potato**") for m in at.markdown)


def test_a_lost_training_says_so_and_offers_what_was_saved(monkeypatch):
    id, _ = train_until_the_end_breaks_off(monkeypatch, seconds_ago=60)
    at = well(app(job=id))
    assert "was interrupted" in sentences(at) and "killed" in sentences(at)
    well(button(at, "Keep what was saved").click().run())
    assert [e.id for e in library.models()] == [id]
    assert "Stopped after" in sentences(at)


def test_a_lost_training_continues_on_its_own_page(monkeypatch):
    id, _ = train_until_the_end_breaks_off(monkeypatch, seconds_ago=60)
    at = well(app(job=id))
    well(button(at, "Continue").click().run())
    assert Queue().get(id).state == "queued" and button(at, "Stop training")
    worker.work(Queue(), idle_seconds=0)
    assert "Trained in 4 passes" in sentences(well(at.run()))
    assert len(Queue().jobs("train")) == 1


def test_a_stopped_training_continues_and_meanwhile_shows_itself_running(monkeypatch):
    id, queue = start(epochs=60, solver="sgd"), Queue()

    def stop_at_pass_three(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        if progress.step == 3:
            queue.request_stop(id)
        keep(self, progress, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(training_history.Recorder, "__call__", stop_at_pass_three)
        patch.setattr(worker, "BEAT_EVERY", 0.01)
        worker.work(queue, idle_seconds=0)
    at = well(app(job=id))
    assert "Stopped after" in sentences(at)
    well(button(at, "Continue").click().run())
    assert "Stopped after" not in sentences(at) and button(at, "Stop training")
    queue.take("w")  # running, with the stopped model still in its folder
    well(at.run())
    assert "Stopped after" not in sentences(at) and button(at, "Stop training")
    assert any("Exact loss" in m.value for m in at.markdown)
    queue.put_back("w", id)
    worker.work(queue, idle_seconds=0)
    well(at.run())
    assert "Trained in 60 passes" in sentences(at)
    assert not any(b.label == "Continue" for b in at.button)


def test_a_diverged_training_offers_no_way_on():
    id = start(solver="sgd", learning_rate=10.0, batch_size=1000, epochs=5)
    worker.work(Queue(), idle_seconds=0)
    at = well(app(job=id))
    assert "diverged" in sentences(at) and not any(b.label == "Continue" for b in at.button)


def test_sentences_are_held_out_from_two_hundred_on():
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())  # 100 sentences
    assert any("none is held out" in c.value for c in at.caption)
    well(at.text_area[0].set_value(TEXT * 2).run())
    assert any("10 of the 200 sentences are held out" in c.value for c in at.caption)
    at = train_here(at)
    assert "held out" in sentences(at)
    (entry,) = library.models()
    model = load_model(library.model_folder(entry.id))
    assert model.held_out == 0.05 and len(model.held_out_curve) == len(model.loss_curve)


def test_the_page_asks_for_count_vectors_unless_the_setting_or_the_notes_say_otherwise():
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())
    assert at.toggle(key="count_vectors").value
    well(at.segmented_control(key="preset").set_value("as in the notes").run())
    assert not at.toggle(key="count_vectors").value
    well(at.segmented_control(key="preset").set_value("best vectors").run())
    assert at.toggle(key="count_vectors").value
    train_here(at)
    (entry,) = library.models()
    model = load_model(library.model_folder(entry.id))
    assert model.count_vectors and model.C.shape == model.V.shape
    at = well(app(source="Paste", count_vectors="false"))
    well(at.text_area[0].set_value(TEXT).run())
    assert not at.toggle(key="count_vectors").value


def test_every_sentence_is_learned_from_where_the_setting_says_so():
    at = well(app(source="Paste", held_out="0.0"))
    well(at.text_area[0].set_value(TEXT * 2).run())
    assert any("none is held out" in c.value for c in at.caption)
    at = train_here(at)
    assert "held out" not in sentences(at)


def test_what_was_chosen_is_said_with_its_reason():
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())
    said = " ".join(c.value.replace("\\", "") for c in at.caption)
    for choice in (
        "6 dimensions",
        "prior",
        "at most 40 passes",
        "words that occur once",
        "subsampled",
    ):
        assert choice in said
    assert "√(2|W|), at most 100" in said
    at = train_here(at)
    told = " ".join(m.value.replace("\\", "") for m in at.markdown)
    assert "**6 dimensions**: √(2|W|), at most 100" in told


@pytest.mark.parametrize("name", ["royalty", "Kings and queens"])
def test_a_sample_is_opened_by_its_name_or_title(name):
    at = well(app(sample=name))
    assert at.segmented_control(key="sample").value == "royalty"


def test_a_training_that_broke_off_is_found_again_from_the_start_page():
    id, queue = start(), Queue()
    queue.take("w")
    with queue._open(write=True) as db:
        db.execute("UPDATE jobs SET heartbeat = heartbeat - 60")
    assert queue.get(id).state == "lost"
    (link,) = [link.proto for link in well(app()).get("page_link")]
    assert link.label == "Interrupted: **Mine** (can be continued)" and id in str(link)


def test_a_training_above_a_workers_memory_is_told_before_it_starts(monkeypatch):
    monkeypatch.setattr("w2v_core.work.memory.worker_bytes", lambda: 50_000_000)
    at = app(source="Paste")
    well(at.text_area[0].set_value(TEXT).run())
    assert "a worker may use 50 MB: use a smaller vocabulary" in sentences(at).replace("\\", "")
    assert button(at, "Train").disabled


def test_a_lost_training_can_start_again():
    id = start()
    queue = Queue()
    queue.take("w")
    with queue._open(write=True) as db:
        db.execute("UPDATE jobs SET heartbeat = heartbeat - 60")
    at = well(app(job=id))
    well(button(at, "Train again").click().run())
    assert len(queue.jobs()) == 2


def test_the_start_page_leads_back_to_what_is_running():
    running, waiting = start(), start()
    Queue().take("w")
    at = well(app())
    links = [link.proto for link in at.get("page_link")]
    assert [link.label.split(":")[0] for link in links] == ["Training", "Waiting"]
    assert running in str(links[0]) and waiting in str(links[1])


def test_a_model_just_trained_is_the_one_all_pages_show(trained):
    at = well(app(source="Paste"))
    well(at.text_area[0].set_value(TEXT).run())
    at = train_here(at)
    newest = library.models()[0].id
    assert newest != trained and at.session_state["model_id"] == newest


@pytest.mark.parametrize("value", ["inf", "-1e999", "nan", "abc", "9" * 400, "<b>"])
def test_impossible_numbers_in_the_address_are_dropped(value):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name in ("dim", "seed", "window", "prior"):  # already the first run sees them
        at.query_params[name] = value
    at = well(at.run())
    assert not button(at, "Train").disabled


def test_a_diverging_training_fails_with_a_sentence():
    key = library.texts.keep("mine.txt", TEXT.encode())
    settings = dict(solver="sgd", learning_rate=10.0, batch_size=1000, epochs=5)
    id = library.start_training(Queue(), key, "Mine", {}, settings)
    worker.work(Queue(), idle_seconds=0)
    assert "Learning rate = 10" in sentences(well(app(job=id))).replace("\\", "")
    assert library.models() == []


@pytest.mark.parametrize("id", ["0" * 16, "../../etc", "<b>", "x" * 5000])
def test_an_unknown_training_gets_a_sentence(id):
    at = well(app(job=id))
    assert "no training at this address" in sentences(at)


def test_explore_without_a_model_points_to_train():
    at = well(page(app(), "explore"))
    assert "no model yet" in sentences(at)


def test_explore_shows_nearest_words_for_each_kind_of_vectors(trained):
    at = page(app(), "explore")
    at.query_params["word"] = "germany"
    for which in ("center", "output", "sum"):
        well(at.segmented_control(key="which").set_value(which).run())
        assert ["Nearest to ", "germany"] in titles(at)


def test_explore_opens_what_the_address_names(trained):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.query_params["model"] = trained
    at.query_params["word"] = "paris"
    at = well(page(at, "explore"))
    at.query_params["model"] = "f" * 16
    assert "no model at this address" in sentences(well(at.run()))


def test_an_address_with_nothing_behind_a_name_is_as_one_without_it(trained):
    for page, names in (("explore", ("map", "dims", "which")), ("train", ("source", "sample"))):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name in names:
            at.query_params[name] = ""
        at.switch_page(f"pages/{page}.py")
        well(at.run())


def test_a_text_that_many_open_at_once_is_read_once(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    from pages.parts.text import corpus_reading

    key, read = library.texts.keep("mine.txt", TEXT.encode()), []
    whole = Corpus.from_file

    def slow(path, **settings):
        read.append(path)
        return whole(path, **settings)

    monkeypatch.setattr(Corpus, "from_file", slow)
    corpus_reading._corpora().clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: corpus_reading.read_corpus(key, {"min_count": 1}), range(8))
        )
    assert len(read) == 1 and all(corpus is found[0] for corpus in found)
