"""What all tests share."""

import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

# Tests run on every core already: products that bring threads of their own would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# However full the disk of this machine is; the tests of the reserve set their own.
os.environ.setdefault("W2V_MIN_FREE", "0")
# Tests begin without the sample models, as on a server whose operator wants none; their own ask for them.
os.environ.setdefault("W2V_SAMPLES", "0")

ROOT = Path(__file__).resolve().parents[1]

# Library code and pages find each other from the project's folder, as under `streamlit run app.py`.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def find_browser() -> str | None:
    """An installed Chrome or Chromium; ``W2V_BROWSER`` names another."""
    names = (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "msedge",
    )
    places = (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        os.path.expandvars(r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"),
    )
    if named := os.environ.get("W2V_BROWSER"):
        return named
    on_path = next((path for name in names if (path := shutil.which(name))), None)
    return on_path or next((place for place in places if Path(place).is_file()), None)


@pytest.fixture(scope="module")
def plain_main():
    """No script as the main module: Streamlit's tests leave the app's there, and processes that are
    spawned would run it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield


def pytest_collection_modifyitems(config, items):
    slow = pytest.mark.skip(reason="takes long: run with -m slow")
    browser = (
        None
        if find_browser()
        else pytest.mark.skip(
            reason="no Chrome or Chromium found: install one (Debian: apt-get install chromium), "
            "or name it in W2V_BROWSER"
        )
    )
    required = bool(os.environ.get("CI"))
    for item in items:
        if item.get_closest_marker("slow") and "slow" not in (config.option.markexpr or ""):
            item.add_marker(slow)
        if item.get_closest_marker("browser") and browser is not None and not required:
            item.add_marker(browser)
