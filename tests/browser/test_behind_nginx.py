"""A class's server as the README says: nginx with TLS before the app, under a base path, for real."""

import os
import re
import shutil
import subprocess

import pytest

from tests.browser.conftest import App, free_port, running
from tests.conftest import ROOT
from w2v_core import Corpus, SkipGram, save_model

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONFIGURATION = ROOT / "tests/nginx/word2vec.conf"
TEXT = "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. " * 20
SENTENCE = b"The quick brown fox jumps over the lazy dog, and the dog sleeps. "
MODEL, KEY = "5a" * 16, "6b" * 16


def nginx_command() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address at which nginx serves the app, and the app; the README's configuration, with the
    ports, the certificate and the log of a test."""
    nginx, openssl = nginx_command(), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not installed (Debian: apt-get install nginx openssl)")
    folder = tmp_path_factory.mktemp("nginx")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            key,
            "-out",
            certificate,
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )
    plain, secure, behind = free_port(), free_port(), free_port()
    written = CONFIGURATION.read_text()
    for here, there in (
        ("listen 80;", f"listen {plain};"),
        ("listen 443 ssl;", f"listen {secure} ssl;"),
        ("return 301 https://$http_host", f"return 301 https://localhost:{secure}"),
        ("/etc/ssl/certs/words.example.org.pem", str(certificate)),
        ("/etc/ssl/private/words.example.org.key", str(key)),
        ("/var/log/nginx/word2vec.log", str(folder / "access.log")),
        ("http://127.0.0.1:8501", f"http://127.0.0.1:{behind}"),
    ):
        assert here in written, here
        written = written.replace(here, there)
    written = written.replace("words.example.org", "localhost")
    (folder / "site.conf").write_text(written)
    places = "\n".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""  # pytest's folders are its user's alone
    (folder / "nginx.conf").write_text(
        f"{user}worker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{places}\ninclude {folder}/site.conf;\n}}\n"
    )
    home = tmp_path_factory.mktemp("home")
    save_model(
        SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT)),
        home / "models" / MODEL,
        name="Cities",
        created=4e9,
    )
    (home / "models" / MODEL / "owner.key").write_text(KEY)
    app = App(home, behind, "--server.baseUrlPath=w2v", W2V_SHARED="1")
    app.path = "/w2v"
    command = [nginx, "-c", folder / "nginx.conf", "-p", folder, "-g", "daemon off;"]
    with open(folder / "out.log", "wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        with running(app):
            yield f"https://localhost:{secure}/w2v", f"http://localhost:{plain}", folder, app
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "emerg" not in (folder / "error.log").read_text()


@pytest.fixture
def browser(chromium, site):
    """A browser that takes the test's own certificate; at the end no page had an error."""
    browser, problems = chromium(), []
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)

    def heard(answer):
        # Under a base path Streamlit's page asks at each level until it is answered.
        looks_around = answer.status == 404 and "/_stcore/h" in answer.url
        if answer.status >= 400 and not looks_around:
            problems.append(f"{answer.status} {answer.url}")

    def watched():
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("response", heard)
        return page

    yield watched, context
    browser.close()
    assert problems == []


def test_the_app_works_behind_nginx_with_tls_and_a_base_path(site, browser, tmp_path):
    (url, plain, folder, app), (new_page, context) = site, browser
    page, sockets = new_page(), []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    answer = page.goto(f"{plain}/w2v?source=Sample")  # http, and without the slash
    page.get_by_role("button", name="Train", exact=True).wait_for()
    assert page.url.startswith(f"{url}/") and answer.headers["x-content-type-options"] == "nosniff"
    assert sockets and all(s.startswith("wss:") and "/w2v/_stcore/stream" in s for s in sockets)
    page.locator(".w2v-plot .main-svg").first.wait_for()  # plotly.js came from under the base path

    # The browser's token: not for other sites, not in the clear, not for the rest of the server.
    (cookie,) = (c for c in context.cookies() if c["name"] == "w2v_visitor")
    assert cookie["secure"] and cookie["sameSite"] == "Strict" and cookie["path"] == "/w2v"
    assert cookie["expires"] == -1 and re.fullmatch("[0-9a-f]{32}", cookie["value"])

    # A deep link, and a reload.
    page.goto(f"{url}/neighbours?model={MODEL}&word=paris")
    page.get_by_text("in the text").first.wait_for()
    page.reload()
    page.get_by_text("in the text").first.wait_for()
    assert f"model={MODEL}" in page.url and "word=paris" in page.url

    # 100 MB of text; the address finds them again.
    text = tmp_path / "large.txt"
    text.write_bytes(SENTENCE * (100_000_000 // len(SENTENCE)))
    page.goto(f"{url}/?source=Upload")
    page.locator("input[type=file]").set_input_files(text)
    page.get_by_text("Now: large.txt, 100.00 MB").wait_for(timeout=120_000)
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.wait_for_url("**upload=*")
    page.reload()
    page.get_by_text("Now: large.txt, 100.00 MB").wait_for()

    # A training that goes on over the web socket, and is found again.
    page.goto(f"{url}/?source=Sample&epochs=3")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("link", name="Explore the map").wait_for(timeout=120_000)
    page.reload()
    page.get_by_role("link", name="Explore the map").click()
    page.wait_for_url(f"{url}/explore?*")

    # An owner's address: it opens, leaves the address bar, and stands in no log.
    page.goto(f"{url}/library?model={MODEL}&owner={KEY}")
    page.get_by_role("button", name="Delete", exact=True).wait_for()
    page.wait_for_url(lambda address: KEY not in address)
    log = (folder / "access.log").read_text()
    assert "/w2v/library" in log and KEY not in log and KEY not in app.log.read_text()
    page.reload()
    page.get_by_role("button", name="Delete", exact=True).wait_for()
    page.get_by_role("button", name="Addresses").click()
    page.get_by_text(f"{url}/library?model={MODEL}&owner={KEY}").wait_for()


def test_another_site_opens_no_web_socket(site):
    websockets = pytest.importorskip("websockets.sync.client")
    import ssl

    url = site[0].replace("https", "wss") + "/_stcore/stream"
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    own = site[0].removesuffix("/w2v")
    with websockets.connect(url, ssl=trusting, origin=own, proxy=None):
        pass
    with pytest.raises(Exception, match="403"):
        websockets.connect(url, ssl=trusting, origin="https://elsewhere.example", proxy=None)


def test_a_file_that_is_too_large_gets_a_sentence_before_it_travels(site, browser, tmp_path):
    url, new_page = site[0], browser[0]
    page = new_page()
    page.goto(f"{url}/?source=Upload")
    large = tmp_path / "too-large.txt"
    with open(large, "wb") as file:
        file.truncate(211_000_000)
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("must be 200.0MB or smaller").wait_for()
