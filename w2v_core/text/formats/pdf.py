"""PDF documents: the text layer of each page, read by pypdf.

pypdf is written in Python alone: a damaged file can end in an exception, but not in a crash of the
server. It bounds what a stream unpacks to; the time that a page may take is bounded here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

from w2v_core.text.account import counted
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable

MOST_PAGES = 20_000
SECONDS_A_PAGE, SECONDS_A_FILE = 20.0, 300.0
_MOST_UNPACKED = 20_000_000  # bytes of a page's drawing commands, of which text is a small part
_MOST_OPERANDS = 500_000  # of these commands; a page full of text has some thousands
_NAMED_PAGES = 12


class _TooSlow(Exception):
    """A page takes longer than it may."""


def _is_one(head: Head) -> bool:
    return b"%PDF-" in head.data[:1024]


def _read(file: OpenFile) -> Iterator[bytes]:
    import pypdf  # a PDF is rare, and the import takes a while

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs every oddity of a file
    name, begun = file.name, time.monotonic()
    bounds = pypdf.get_configuration().with_overwrites(
        zlib_maximum_output_length=_MOST_UNPACKED,
        lzw_maximum_output_length=_MOST_UNPACKED,
        run_length_maximum_output_length=_MOST_UNPACKED,
        array_based_stream_maximum_output_length=_MOST_UNPACKED,
        stream_parsing_work_maximum_count=_MOST_OPERANDS,
        page_tree_maximum_entries=2 * MOST_PAGES,
        jbig2dec_binary=None,
    )
    without, broken = [], []
    with pypdf.apply_configuration(bounds):
        try:
            reader = pypdf.PdfReader(file.file)
            if reader.is_encrypted and not reader.decrypt(""):
                raise Unreadable(f"{name} is locked with a password: save it without one.")
            n_pages = len(reader.pages)
        except Unreadable:
            raise
        except pypdf.errors.DependencyError as error:
            raise Unreadable(
                f"{name} is encrypted: print it to a new PDF without encryption."
            ) from error
        except Exception as error:  # pypdf raises whatever a damaged file leads to
            raise Unreadable(f"{name} contains a damaged PDF document: save it again.") from error
        if n_pages > MOST_PAGES:
            raise Unreadable(f"{name} has more than {MOST_PAGES:,} pages: cut it into parts.")
        for number in range(n_pages):
            page_begun = time.monotonic()

            def check(*_: object, page_begun: float = page_begun) -> None:
                now = time.monotonic()
                if now - page_begun > SECONDS_A_PAGE or now - begun > SECONDS_A_FILE:
                    raise _TooSlow

            try:
                text = reader.pages[number].extract_text(visitor_operand_before=check)
            except Exception:  # of one page; the others may be whole
                if time.monotonic() - begun > SECONDS_A_FILE:
                    raise Unreadable(
                        f"{name} takes longer than {SECONDS_A_FILE:g} s to read: cut it into parts."
                    ) from None
                broken.append(number + 1)
                continue
            if not any(character.isalnum() for character in text):
                without.append(number + 1)
                continue
            yield text.strip().encode("utf-8", "replace") + b"\n"
    file.account.rows = n_pages - len(without) - len(broken)
    if without:
        n = len(without)
        file.account.add(
            "left out",
            f"Left out: {n:,} of {counted(n_pages, 'page')} without a text layer, as scanned pages are "
            f"({pages_named(without)}): recognise their text (OCR) first.",
            n,
        )
    if broken:
        file.account.add(
            "left out",
            f"Left out: {len(broken):,} of {counted(n_pages, 'page')}, damaged ({pages_named(broken)}).",
            len(broken),
        )


def pages_named(numbers: Sequence[int]) -> str:
    """Numbers of pages, in order: “pages 1–3, 7”, the first dozen of runs."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    named = ", ".join(f"{a}–{b}" if a < b else f"{a}" for a, b in runs[:_NAMED_PAGES])
    return f"page{'s' * (len(numbers) > 1)} {named}" + (" …" if len(runs) > _NAMED_PAGES else "")


PDF = Format("PDF document", ("pdf",), _is_one, _read)
