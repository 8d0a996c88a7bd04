"""What tests of pages share."""

import pytest

from tests.visitors import Browser, visited_by


@pytest.fixture(scope="session", autouse=True)
def browser_on_this_machine():
    """Before every page that AppTest runs sits a browser of this machine, unless a test says otherwise."""
    with visited_by(Browser()):
        yield
