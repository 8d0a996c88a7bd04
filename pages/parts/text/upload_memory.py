"""Uploaded files in the server's memory: how much there may be of them, and when they go.

Streamlit keeps every uploaded file in memory until its session ends, whether a page asked for it or not.
``UploadGate`` refuses an upload before its first byte is read where there is no room for it (``serve.py``
puts it before the app); ``release`` lets go of a file as soon as a page has saved it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from w2v_core.storage.limits import max_held_uploads, max_upload_bytes

WRAPPING = 1 << 20
"""Bytes that an upload may have beyond its file: the lines of the form around it."""
TAKEN_WITHIN = 60.0
"""Seconds within which a page saves what was uploaded. What is older makes room for others."""

_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)/?$")
_NO_LENGTH = (411, "An upload must state its length.")


class UploadGate:
    """Middleware that refuses uploads for which there is no room, before they are read.

    A session may hold twice the largest upload (one that is being saved, one that comes), all sessions
    together ``max_held_uploads``. Uploads without a length (sent in chunks) are not taken.
    """

    def __init__(self, app: ASGIApp):
        self.app = app
        self._coming: dict[tuple[str, str], int] = {}  # bytes announced of what is being read
        self._since: dict[tuple[str, str], float] = {}  # when each file came

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_put = scope["type"] == "http" and scope["method"] == "PUT"
        found = _UPLOAD.search(scope["path"]) if is_put else None
        if found is None:
            await self.app(scope, receive, send)
            return
        file, length = (found[1], found[2]), _length(scope)
        refusal = self._refusal(file, length)
        if length is None or refusal is not None:
            status, sentence = refusal or _NO_LENGTH
            headers = {"Connection": "close"}
            await PlainTextResponse(sentence, status, headers)(scope, receive, send)
            return
        self._coming[file] = length
        self._since[file] = time.monotonic()
        try:
            await self.app(scope, receive, send)
        finally:
            del self._coming[file]

    def _refusal(self, file: tuple[str, str], length: int | None) -> tuple[int, str] | None:
        if length is None:
            return _NO_LENGTH
        if length > max_upload_bytes() + WRAPPING:
            return 413, f"At most {max_upload_bytes() / 1e6:,g} MB are accepted."
        if file in self._coming:
            return 409, "This file is already being uploaded."
        held = {} if (manager := _manager()) is None else _held(manager)
        for known in self._since.keys() - held.keys() - self._coming.keys():
            del self._since[known]
        there = {**held, **self._coming}
        mine = sum(size for (session, _), size in there.items() if session == file[0])
        if mine + length > 2 * (max_upload_bytes() + WRAPPING):
            return 413, "Too much was uploaded in this window: reload the page."
        if not self._make_room(manager, held, length):
            return 503, "Too much is being uploaded at the moment: try again in a minute."
        return None

    def _make_room(
        self,
        manager: MemoryUploadedFileManager | None,
        held: dict[tuple[str, str], int],
        length: int,
    ) -> bool:
        """Whether there is room, after the largest files that no page has saved in a minute were let
        go where there was none."""
        over = sum(held.values()) + sum(self._coming.values()) + length - max_held_uploads()
        now = time.monotonic()
        for file in sorted(held, key=held.__getitem__, reverse=True):
            if over <= 0:
                break
            if manager is not None and now - self._since.get(file, 0.0) > TAKEN_WITHIN:
                manager.remove_file(*file)
                over -= held[file]
        return over <= 0


def release(files: Iterable[UploadedFile]) -> None:
    """Let go of uploaded files that were saved: from now on their field names them, and has nothing."""
    context = get_script_run_ctx()
    manager = None if context is None else context.uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        for file in files:
            manager.remove_file(context.session_id, file.file_id)
            file.close()


def _length(scope: Scope) -> int | None:
    """What an upload says of its length; None where it says nothing, or no number."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


def _manager() -> MemoryUploadedFileManager | None:
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    return manager if isinstance(manager, MemoryUploadedFileManager) else None


def _held(manager: MemoryUploadedFileManager) -> dict[tuple[str, str], int]:
    """(session, file) → bytes of every file in memory."""
    return {
        (session, id): len(file.data)
        for session, files in list(manager.file_storage.items())
        for id, file in list(files.items())
    }
