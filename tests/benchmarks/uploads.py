"""Memory by raw uploads: what a visitor can make the server hold without any field; prints it.

    python tests/benchmarks/uploads.py [--entry serve.py] [--puts 9] [--megabytes 195] [--sessions 1]

A session is opened as a browser opens one; then files are sent straight to the upload endpoint. Nothing
on any page has asked for them, so nothing ever takes them away.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIECE = b"a" * (1 << 20)


class Server:
    """The app under ``streamlit run``, on a port of its own; ``before`` is put before its command."""

    def __init__(
        self,
        entry: str = "app.py",
        home: Path | None = None,
        before: Sequence[str] = (),
        **environment: str,
    ):
        self.home = home or Path(tempfile.mkdtemp(prefix="uploads-"))
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", entry]
        options = [f"--server.port={self.port}", "--server.headless=true"]
        self.log = self.home / "server.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*before, *command, *options],
                cwd=ROOT,
                env={**os.environ, "W2V_HOME": str(self.home), **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def is_up(self) -> bool:
        try:
            urllib.request.urlopen(f"http://localhost:{self.port}/_stcore/health", timeout=5)
        except OSError:
            return False
        return True

    def wait_until_up(self) -> None:
        end = time.monotonic() + 60
        while not self.is_up():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def memory(self) -> float:
        """MB of memory that the server has in use."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def running(
    entry: str = "app.py",
    home: Path | None = None,
    before: Sequence[str] = (),
    **environment: str,
) -> Iterator[Server]:
    """A server from when it answers to its end."""
    server = Server(entry, home, before, **environment)
    try:
        server.wait_until_up()
        yield server
    finally:
        server.stop()


def cookie(port: int) -> str:
    """The token that Streamlit wants to see again with every upload."""
    with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health") as answer:
        return answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]


@contextmanager
def session(port: int) -> Iterator[str]:
    """The id of a session, open as long as the block lasts."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets import Subprotocol
    from websockets.sync.client import connect

    url = f"ws://localhost:{port}/_stcore/stream"
    with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as opened:
        begin = BackMsg()
        begin.rerun_script.query_string = ""
        opened.send(begin.SerializeToString())
        id, message = "", ForwardMsg()
        # Until the page is there, and what it imports.
        while (
            message.WhichOneof("type") != "script_finished"
            or message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY
        ):
            message = ForwardMsg()
            message.ParseFromString(opened.recv(timeout=60))
            if message.WhichOneof("type") == "new_session":
                id = message.new_session.initialize.session_id
        over = threading.Event()

        def drain() -> None:
            while not over.is_set():
                try:
                    opened.recv(timeout=0.2)
                except TimeoutError:
                    continue
                except Exception:
                    return

        listener = threading.Thread(target=drain, daemon=True)
        listener.start()
        try:
            yield id
        finally:
            over.set()
            listener.join()


def put(port: int, session_id: str, file_id: str, size: int, told: int | None = -1) -> int:
    """Send a file of so many bytes; the answer's status. ``told`` is the length that is announced:
    the true one where left out, none (it comes in chunks) where None."""
    token = cookie(port)
    head = (
        b"--b\r\nContent-Disposition: form-data; name=f; filename=f.txt\r\n"
        b"Content-Type: text/plain\r\n\r\n"
    )
    tail = b"\r\n--b--\r\n"
    length = len(head) + size + len(tail) if told == -1 else told

    def body() -> Iterator[bytes]:
        yield head
        left = size
        while left > 0:
            yield PIECE[:left]
            left -= len(PIECE)
        yield tail

    headers = {
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
        "Content-Type": "multipart/form-data; boundary=b",
    }
    if length is not None:
        headers["Content-Length"] = str(length)
    link = http.client.HTTPConnection("localhost", port, timeout=60)
    try:
        # It may answer before it has heard everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            link.request(
                "PUT",
                f"/_stcore/upload_file/{session_id}/{file_id}",
                body(),
                headers,
                encode_chunked=length is None,
            )
        return link.getresponse().status
    except (ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError):
        return 0
    finally:
        link.close()


def attack(server: Server, puts: int, size: int, sessions: int = 1) -> tuple[float, float, Counter]:
    """(MB before, MB after, how often each status was answered)."""
    statuses: Counter = Counter()
    before = server.memory()
    for _ in range(sessions):
        with session(server.port) as id:
            statuses.update(put(server.port, id, f"raw-{n}", size) for n in range(puts))
            after = server.memory()
    return before, after, statuses


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--entry", default="app.py")
    parser.add_argument("--puts", type=int, default=9)
    parser.add_argument("--megabytes", type=float, default=195.0)
    parser.add_argument("--sessions", type=int, default=1)
    given = parser.parse_args()
    with running(given.entry, W2V_SHARED="1") as server:
        with session(server.port):
            pass  # a first page is drawn: everything is imported
        before, after, statuses = attack(
            server, given.puts, int(given.megabytes * 1e6), given.sessions
        )
    answered = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    print(
        f"{given.entry}: {given.puts} PUTs of {given.megabytes:g} MB in each of {given.sessions} "
        f"sessions took the server from {before:,.0f} to {after:,.0f} MB (answered: {answered})"
    )
    shutil.rmtree(server.home)


if __name__ == "__main__":
    main()
