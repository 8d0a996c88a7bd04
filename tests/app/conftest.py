"""What tests of pages share."""

import pytest

from tests.visitors import Browser, visited_by


@pytest.fixture(scope="session", autouse=True)
def browser_on_this_machine():
    """Before every page that AppTest runs sits a browser of this machine, unless a test says otherwise."""
    with visited_by(Browser()):
        yield


@pytest.fixture(autouse=True)
def no_worker_beside_the_pages(monkeypatch):
    """Explore begins a t-SNE when it opens: tests that want it do the work themselves."""
    import pages.parts.background_work

    monkeypatch.setattr(pages.parts.background_work, "ensure_worker", lambda queue: None)
