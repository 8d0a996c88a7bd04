"""The app for many people: ``streamlit run serve.py``. The same pages as ``app.py``, behind a gate that
bounds the memory of uploads (see ``pages/parts/text/upload_memory.py`` and ``docs/deployment.md``)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware

from pages.parts.text.upload_memory import UploadGate
from w2v_core.queue.supervisor import end_workers


@asynccontextmanager
async def ending_its_workers(_: st.App) -> AsyncGenerator[None, None]:
    """The server's life. ``atexit``, which ends the workers elsewhere, is never reached after SIGTERM:
    uvicorn raises the signal again when it has shut down."""
    yield
    await to_thread.run_sync(end_workers, True)


app = st.App("app.py", lifespan=ending_its_workers, middleware=[Middleware(UploadGate)])
