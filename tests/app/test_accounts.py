"""Accounts: who a login names, by its issuer and its subject, and who it does not."""

import pytest

from tests.app.test_strangers import _go, labels, login, sentences, shared, well  # noqa: F401
from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core.storage.home import home


def visit(page="library", **claims):
    from streamlit.testing.v1 import AppTest

    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return well(_go(login(at, **claims), page, {}))


@pytest.mark.parametrize(
    "claims",
    [
        {"name": "Carla", "email": "carla@school.example"},
        {"iss": "https://school", "name": "Carla", "email": "carla@school.example"},
        {"sub": "carla", "name": "Carla"},
        {"iss": "https://school", "sub": "", "name": "Carla"},
        {"iss": None, "sub": None, "name": "None"},
    ],
)
def test_a_login_that_does_not_say_who_it_is_makes_nothing(claims):
    at = visit(**claims)
    assert "does not say who you are" in sentences(at) and "Log out" in labels(at)
    at = well(at.file_uploader[0].set_value(("v.txt", b"a 1 2\nb 2 1\n", "text/plain")).run())
    assert "Log in first" in sentences(at)
    assert [e.id for e in library.models()] == [] and not any(home().glob("models/*"))


def test_one_subject_at_two_issuers_is_two_people():
    owners = set()
    for issuer in ("https://school", "https://another"):
        at = visit(iss=issuer, sub="carla", name="Carla")
        at = well(at.file_uploader[0].set_value(("v.txt", b"a 1 2\nb 2 1\n", "text/plain")).run())
        assert "1 model" in sentences(at)
    for folder in home().glob("models/[!.]*"):
        owners.add(library.owner(folder.name))
    assert len(owners) == 2 and "" not in owners
