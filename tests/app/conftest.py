"""What tests of pages share."""

from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.visitors import Browser, visited_by


@pytest.fixture(scope="session", autouse=True)
def browser_on_this_machine():
    """Before every page that AppTest runs sits a browser of this machine, unless a test says otherwise."""
    with visited_by(Browser()):
        yield


@pytest.fixture(scope="session", autouse=True)
def packages_are_searched_once():
    """Every AppTest looks for components in all installed packages anew, which took half of its time."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(autouse=True)
def no_worker_beside_the_pages(monkeypatch):
    """Explore begins a t-SNE when it opens: tests that want it do the work themselves."""
    import pages.parts.background_work

    monkeypatch.setattr(pages.parts.background_work, "ensure_worker", lambda queue: None)
