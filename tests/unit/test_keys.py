"""Owner's addresses are renewed in one command: what leaked opens nothing, who made a model keeps it."""

import os
import stat
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.operators_library import library, library_of
from w2v_core.storage.files import write_json
from w2v_core.storage.home import home, new_id
from w2v_core.visitors import owner_keys
from w2v_core.visitors.ownership import NOBODY, Visitor, owner_name


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


def person(n):
    return Visitor(owner_name("browser", str(n) * 32))


def model_of(who, place="models"):
    id = new_id()
    folder = home() / place / id
    folder.mkdir(parents=True)
    write_json(folder / "about.json", {"owner": who.owner})
    return id, library_of(who).rights.owner_key(id)


@pytest.fixture
def two():
    """Anna's two models, one deleted; Ben opened the first by its address, as did a thief."""
    kept, gone = model_of(person(1)), model_of(person(1), "deleted")
    for n in (2, 3):
        theirs = library_of(person(n))
        assert theirs.rights.claim(*kept) and theirs.rights.owns(kept[0])
    return kept, gone


def opens(who, id, key):
    theirs = library_of(who)
    return theirs.rights.owns(id) or theirs.rights.claim(id, key)


def test_after_a_renewal_old_addresses_open_nothing_and_makers_keep_their_models(two):
    (kept, old), (gone, old_of_gone) = two
    assert owner_keys.renew(library.rights) == owner_keys.Renewed(models=2, forgotten=2)
    for n in (2, 3, 4):
        assert not opens(person(n), kept, old) and not opens(person(n), gone, old_of_gone)
    theirs = library_of(person(1))
    new = theirs.rights.owner_key(kept)
    assert theirs.rights.owns(kept) and theirs.rights.owns(gone) and new != old
    assert opens(person(2), kept, new)  # to whom Anna gives the new one
    file = home() / "models" / kept / "owner.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_those_of_one_model_are_renewed_and_no_others(two):
    (kept, old), (gone, old_of_gone) = two
    assert owner_keys.renew(library.rights, [gone]) == owner_keys.Renewed(models=1, forgotten=0)
    assert opens(person(4), kept, old) and not opens(person(4), gone, old_of_gone)


@pytest.mark.parametrize("id", ["0" * 32, "../secret", "x", ""])
def test_a_model_that_is_not_here_gets_a_sentence_and_nothing_is_renewed(two, id):
    (kept, old), _ = two
    with pytest.raises(ValueError, match="There is no model"):
        owner_keys.renew(library.rights, [kept, id])
    assert opens(person(4), kept, old)


def test_only_the_operator_renews(two):
    (kept, old), _ = two
    for who in (NOBODY, person(1), person(2)):
        with pytest.raises(ValueError, match="Only the operator renews keys"):
            owner_keys.renew(library_of(who).rights)
    assert opens(person(4), kept, old)


def test_what_cannot_be_read_is_passed_over(two):
    (home() / "people" / "browser-x.json").write_text("{")
    (home() / "people" / "browser-y.json").write_text('{"held": []}')
    (home() / "models" / "no-id").mkdir()
    (home() / "models" / "no-id" / "owner.key").write_text("x")
    assert owner_keys.renew(library.rights).models == 2


def test_the_command_says_how_many(two):
    (kept, old), _ = two

    def run(*arguments):
        command = [sys.executable, "-m", "w2v_core.visitors.owner_keys", *arguments]
        return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)

    done = run("renew")
    assert done.returncode == 0, done.stderr
    assert "2 owner's addresses renewed" in done.stdout and "2 opened by an old one" in done.stdout
    assert not opens(person(4), kept, old)
    done = run("renew", kept)
    assert "1 owner's address renewed" in done.stdout
    done = run("renew", "nothing")
    assert done.returncode == 1 and done.stderr.strip() == "There is no model 'nothing' here."
    assert old not in done.stdout + done.stderr
