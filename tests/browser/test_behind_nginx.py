"""A class's server as docs/deployment.md says: nginx with TLS before the app, under a base path, for
real; its limits, its closed addresses, and its Content-Security-Policy on every page."""

import base64
import contextlib
import hashlib
import http.client
import os
import re
import select
import shutil
import socket
import ssl
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

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
    """The address at which nginx serves the app, and the app; the shipped configuration, with the
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
        ("server 127.0.0.1:8501;", f"server 127.0.0.1:{behind};"),
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
        f"events {{ worker_connections 4096; }}\nhttp {{\n{places}\ninclude {folder}/site.conf;\n}}\n"
    )
    home = tmp_path_factory.mktemp("home")
    save_model(
        SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT)),
        home / "models" / MODEL,
        name="Cities",
        created=4e9,
    )
    (home / "models" / MODEL / "owner.key").write_text(KEY)
    app = App(home, behind, "--server.baseUrlPath=w2v", entry="serve.py", W2V_SHARED="1")
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
    page.get_by_text("Current text: large.txt, 100.00 MB").wait_for(timeout=120_000)
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.wait_for_url("**upload=*")
    page.reload()
    page.get_by_text("Current text: large.txt, 100.00 MB").wait_for()

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


def trusting() -> ssl.SSLContext:
    """A client that takes the test's own certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def web_socket(site, origin: str | None = None, address: str = "127.0.0.1"):
    """A connection as a page opens it; ``address`` is the client's."""
    client = pytest.importorskip("websockets.sync.client")
    own = site[0].removesuffix("/w2v")
    return client.connect(
        site[0].replace("https", "wss") + "/_stcore/stream",
        ssl=trusting(),
        origin=origin or own,
        proxy=None,
        max_size=None,
        source_address=(address, 0),
    )


def test_another_site_opens_no_web_socket(site):
    with web_socket(site):
        pass
    with pytest.raises(Exception, match="403"):
        web_socket(site, "https://elsewhere.example")


def test_a_file_that_is_too_large_gets_a_sentence_before_it_travels(site, browser, tmp_path):
    url, new_page = site[0], browser[0]
    page = new_page()
    page.goto(f"{url}/?source=Upload")
    large = tmp_path / "too-large.txt"
    with open(large, "wb") as file:
        file.truncate(211_000_000)
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("must be 200.0MB or smaller").wait_for()


# --- Addresses, headers and limits -----------------------------------------------------------------


class Client:
    """A connection that stays open from one request to the next, from an address of its own."""

    def __init__(self, site, address: str = "127.0.0.1"):
        self.link = http.client.HTTPSConnection(
            urlsplit(site[0]).netloc,
            context=trusting(),
            timeout=60,
            source_address=(address, 0),
        )

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        self.link.request(method, f"/w2v/{path}", body, headers)
        answer = self.link.getresponse()
        answer.read()
        return answer

    def status(self, path: str, method: str = "GET", body: bytes | None = None) -> int:
        return self.ask(path, method, body).status


def test_only_what_pages_use_of_streamlits_own_addresses_is_open(site):
    client, app = Client(site), site[3]
    behind = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=60)
    for path in ("_stcore/metrics", "_stcore/agent/openapi.json"):
        behind.request("GET", f"/w2v/{path}")
        answer = behind.getresponse()
        answer.read()
        assert answer.status == 200, "there is nothing to close"
        assert client.status(path) == 404
    for path in ("_stcore/script-health-check", "_stcore/anything", "_stcore/agent/mcp"):
        assert client.status(path) == 404
    for path in ("", "library", "_stcore/health", "_stcore/host-config"):
        assert client.status(path) == 200


def test_every_answer_has_the_headers_that_protect_its_reader(site):
    client = Client(site)
    for path in ("", "library", "_stcore/health", "_stcore/metrics", "app/static/plotly.min.js"):
        headers = client.ask(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self';" in policy and "frame-ancestors 'self';" in policy
        script = re.search("script-src ([^;]*);", policy)[1]
        assert "unsafe-inline" not in script and "http" not in script and "*" not in script


def test_the_hash_is_that_of_the_script_in_streamlits_page():
    import streamlit

    page = Path(streamlit.__file__).with_name("static") / "index.html"
    scripts = re.findall("<script>(.*?)</script>", page.read_text(), re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert hashes == set(re.findall("'sha256-([^']*)'", CONFIGURATION.read_text()))


def test_bodies_are_as_large_as_an_upload_may_be_and_elsewhere_small(site):
    place = "_stcore/upload_file/0-0/0"
    assert Client(site).status("library", "POST", b"a" * 70_000) == 413
    assert Client(site).status(place, "PUT", b"a" * 1_000_000) in (400, 403)  # by the app
    client = Client(site)
    client.link.putrequest("PUT", f"/w2v/{place}")
    client.link.putheader("Content-Length", "211000000")
    client.link.endheaders()
    assert client.link.getresponse().status == 413


def test_who_asks_without_end_is_refused_and_a_class_is_not(site):
    place = "_stcore/upload_file/0-0/0"

    def person(_: int) -> list[int]:
        """A first visit's worth of requests, then 12 small files."""
        client = Client(site, "127.0.0.2")
        return [client.status("_stcore/health") for _ in range(90)] + [
            client.status(place, "PUT", b"a" * 100) for _ in range(12)
        ]

    with ThreadPoolExecutor(30) as together:
        statuses = Counter(status for seen in together.map(person, range(30)) for status in seen)
    assert statuses[429] == 0 and statuses[200] == 30 * 90, statuses

    def attack(_: int) -> Counter:
        client, seen = Client(site, "127.0.0.3"), Counter()
        while not seen[429]:
            seen[client.status(place, "PUT", b"a" * 100)] += 1
        return seen

    with ThreadPoolExecutor(8) as together:
        assert all(seen[429] == 1 for seen in together.map(attack, range(8)))


def test_large_uploads_wait_in_bounded_numbers(site):
    """A class of 30 uploads 10 MB and more at the same time; beyond 40 of one address they are
    refused before they travel."""
    with contextlib.ExitStack() as stack:

        def begin() -> socket.socket:
            link = stack.enter_context(connected(site, "127.0.0.4"))
            head = "PUT /w2v/_stcore/upload_file/0-0/0 HTTP/1.1\r\nHost: localhost\r\n"
            link.sendall(f"{head}Content-Length: 20000000\r\n\r\nabc".encode())
            return link

        links = [begin() for _ in range(41)]
        (refused,) = select.select(links, [], [], 60)[0]
        assert refused.recv(100).startswith(b"HTTP/1.1 429")
        links.remove(refused)
        assert select.select(links, [], [], 0)[0] == []  # the class's are being read


def connected(site, address: str) -> ssl.SSLSocket:
    place = urlsplit(site[0])
    raw = socket.create_connection((place.hostname, place.port), 60, (address, 0))
    return trusting().wrap_socket(raw, server_hostname="localhost")


def test_web_sockets_of_one_address_are_bounded(site):
    refused = pytest.importorskip("websockets.exceptions").InvalidStatus
    with contextlib.ExitStack() as stack:
        for _ in range(95):  # 30 people with three tabs each
            stack.enter_context(web_socket(site, address="127.0.0.5"))
        with pytest.raises(refused, match="429"):
            for _ in range(60):
                stack.enter_context(web_socket(site, address="127.0.0.5"))


def test_a_client_that_sends_nothing_is_let_go_of(site):
    with connected(site, "127.0.0.6") as link:
        link.sendall(b"GET /w2v/ HTTP/1.1\r\nHost: local")
        assert link.recv(1) == b""


# --- The Content-Security-Policy -------------------------------------------------------------------

WALK = (
    *("?source=Sample", "?source=Upload", "?source=Paste"),
    *("explore", "explore?dims=3-D", "explore?map=axes", "explore?word=paris"),
    *(
        "neighbours?word=paris",
        "neighbours?word=paris&which=sum",
        "analogies",
        "analogies?why=true",
    ),
    *("diamonds", "diamonds?axes=3-D", "diamonds?forming=true", "compare", "library"),
    *(f"lessons?lesson={n}" for n in [*range(11), "playground", "quiz"]),
)
REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def test_no_page_breaks_the_content_security_policy(site, browser, tmp_path):
    url, (new_page, context) = site[0], browser
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error("
        "`Content Security Policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sample}`))"
    )
    said, asked, scripts = [], Counter(), set()
    page = new_page()
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("request", lambda request: asked.update([request.resource_type]))
    page.on("worker", lambda worker: scripts.add(worker.url[:5]))

    def broken():
        return [line for line in said if "Content Security Policy" in line]

    def download(act) -> bytes:
        with page.expect_download() as got:
            act()
        return got.value.path().read_bytes()

    page.goto(f"{url}/explore?model={MODEL}")
    page.locator(".w2v-plot .main-svg").first.wait_for()
    page.locator(REST).wait_for()
    assert sum(asked.values()) < 160, asked  # what the limit leaves a first visit
    for name, begin in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        button = page.locator(f"[data-title='Download as {name}']").first
        assert download(button.click).startswith(begin)
    assert b"plotly" in download(page.locator("[data-title*='HTML']").first.click)
    for place in WALK:
        page.goto(f"{url}/{place}{'&' if '?' in place else '?'}model={MODEL}")
        page.locator(REST).wait_for()
        page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
        assert page.locator("[data-testid=stException]").count() == 0
        assert broken() == []
    page.goto(f"{url}/explore?model={MODEL}&dims=3-D")
    page.locator(".w2v-plot canvas").first.wait_for()  # WebGL, which compiles what it draws
    text = tmp_path / "mine.txt"
    text.write_text(TEXT)
    page.goto(f"{url}/?source=Upload&epochs=3")
    page.locator("input[type=file]").set_input_files(text)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("link", name="Explore the map").wait_for(timeout=120_000)
    page.goto(f"{url}/library?model={MODEL}")
    page.get_by_role("button", name="Download").click()
    vectors = page.get_by_role("button", name="Vectors", exact=True)
    assert b"paris" in download(vectors.click)
    assert broken() == []
    # The policy is heard of where it is broken, so the silence above means something.
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    page.evaluate("fetch('https://elsewhere.example/').catch(() => null)")
    page.get_by_role("heading").first.wait_for()
    assert {line.split("Policy: ")[1].split()[0] for line in broken() if "Policy: " in line} == {
        "script-src-elem",
        "connect-src",
    }
