"""One way to write each letter: what is typed, printed or stored differently and means the same.

Unicode writes many letters more than once. Here the forms that differ in their looks alone become the plain
letter: ligatures and long s, full-width and half-width forms, mathematical letters, Arabic presentation
forms. NFKC would do that too, and would also make m2 of m² and 1⁄2 of ½, which are other words. Invisible
characters go, apostrophes become one, and everything is composed (NFC).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

APOSTROPHES = "’‘´ʼ"
"""What stands for ' : right and left quotation mark, acute accent, modifier letter."""

_TATWEEL = "\u0640"  # Arabic, which only stretches a word
_RANGES = (
    (0x017F, 0x0180),  # long s
    (0x2100, 0x2150),  # letterlike: ℂ, ℎ, ℝ
    (0xFB00, 0xFB50),  # ligatures; Hebrew presentation forms
    (0xFB50, 0xFE00),  # Arabic presentation forms A
    (0xFE70, 0xFEFF),  # Arabic presentation forms B
    (0xFF01, 0xFFE7),  # full width, half width
    (0x1D400, 0x1D800),  # mathematical letters and digits
    (0x1EE00, 0x1EF00),  # Arabic mathematical letters
)
_NO_LETTERS = frozenset(
    chr(code)
    for code in range(0xFF01, 0xFF5F)
    if not unicodedata.normalize("NFKC", chr(code)).isalnum()
) - set("＇－＿")
"""Full-width punctuation, which ends an address as other punctuation of its scripts does; but not what
stands within words."""
_FORMS = ("<font>", "<wide>", "<narrow>", "<initial>", "<medial>", "<final>", "<isolated>")

# Joiners of zero width are spelling in Persian and in the scripts of India and Sri Lanka, and part of an
# emoji; elsewhere they only steer how letters are drawn.
_SPELLED = (
    *(range(0x0600, 0x0900), range(0x0900, 0x0E00), range(0x1000, 0x10A0), range(0x1780, 0x1800)),
    *(range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF)),
)
_JOINED_EMOJI = r"\ufe0f\u2190-\u2bff\U0001f000-\U0001faff"


@functools.cache
def _zero_width() -> re.Pattern[str]:
    """Joiners of zero width that are not between two such letters, digits or marks, nor in an emoji."""
    spelled = "".join(
        char
        for codes in _SPELLED
        for char in map(chr, codes)
        if unicodedata.category(char)[0] in "LMN"
    )
    within, joiners, emoji = spelled + _JOINED_EMOJI, "[\u200c\u200d]+", _JOINED_EMOJI
    return re.compile(
        rf"(?<![{within}]){joiners}|{joiners}(?![{within}])"
        rf"|(?<=[{spelled}]){joiners}(?=[{emoji}])|(?<=[{emoji}]){joiners}(?=[{spelled}])"
    )


# Emoji that Unicode shows in colour without being asked (Emoji_Presentation), and four that people use so.
_IN_COLOUR = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa"
    "\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b"
    "\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f265\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001faff"
)
# Signs that are emoji where a variation selector asks for it, but for ‼ and ⁉, which end sentences; and
# people who can have a tone of skin.
_ASKED = r"\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f170-\U0001f17f"
_PEOPLE = r"\u261d\u26f9\u270a-\u270d"
_FLAG = r"\U0001f1e6-\U0001f1ff"
_SKIN = "[\U0001f3fb-\U0001f3ff]"
# After its first character, so that the search for one begins with a single set.
_REST = (
    rf"(?:(?<=[{_ASKED}])\ufe0f{_SKIN}?|(?<=[{_IN_COLOUR}])\ufe0f?{_SKIN}?|(?<=[{_PEOPLE}]){_SKIN})"
)
_TAGS = "[\U000e0020-\U000e007e]+\U000e007f"
EMOJI = re.compile(
    rf"[{_FLAG}{_ASKED}{_IN_COLOUR}](?:(?<=[{_FLAG}])[{_FLAG}]|{_REST}(?:{_TAGS})?"
    rf"(?:\u200d[{_ASKED}{_IN_COLOUR}](?:{_REST}|(?<=[\u2190-\u2bff])))*)"
)
"""One emoji: a flag, or pictures with their tone of skin, joined to one. Key caps are ``KEY_CAP``."""
KEY_CAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_BARE = re.compile("([\u2764\u2665\u263a\u2639])(?!\ufe0f)")
_NEEDLESS = re.compile(f"([{_IN_COLOUR}])\ufe0f")
_REPEATED = re.compile("\ufe0f{2,}")

_WIDE_NUMBER = re.compile("(?<=[０-９])[．，：](?=[０-９])")
_OF_NUMBERS = {"．": ".", "，": ",", "：": ":"}

# Looked for in UTF-8 bytes, which is ten times as fast as in characters.
# The soft hyphen, the word joiner, the byte order mark inside a text, and marks of writing direction.
_INVISIBLE = re.compile(
    rb"\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa0\xa6-\xa9])|\xef\xbb\xbf|\xd8\x9c|\xc2\xad"
)
_FORM = re.compile(
    rb"\xc5\xbf|\xd9\x80|\xe2[\x84\x85][\x80-\xbf]|\xef[\xac-\xb7\xb9-\xbf][\x80-\xbf]"
    rb"|\xf0\x9d[\x90-\x9f][\x80-\xbf]|\xf0\x9e[\xb8-\xbb][\x80-\xbf]"
)
_PICTURE = re.compile(
    rb"\xe2(?:[\x86-\xaf]|\x83\xa3)|\xe3(?:\x80[\xb0\xbd]|\x8a[\x97\x99])|\xf0\x9f"
)


@functools.cache
def _plain_forms() -> dict[bytes, bytes]:
    """Character → the plain letters that it shows, both in UTF-8."""
    table = {_TATWEEL.encode(): b""}
    for first, last in _RANGES:
        for char in map(chr, range(first, last)):
            form = unicodedata.decomposition(char).split(" ")[0]
            ligature = form == "<compat>" and not 0x2100 <= ord(char) < 0x2150
            if form in _FORMS or ligature:
                plain = unicodedata.normalize("NFKC", char)
                # A mark on a space is no letter.
                if " " not in plain and char not in _NO_LETTERS:
                    table[char.encode()] = plain.encode()
    return table


def plain_letters(text: str, apostrophes: bool = True) -> str:
    """The text with every letter written in the one way in which words are compared; its case stays, and
    so do its apostrophes where asked."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if apostrophes:
        for char in APOSTROPHES:
            text = text.replace(char, "'")
    if "．" in text or "，" in text or "：" in text:
        text = _WIDE_NUMBER.sub(lambda match: _OF_NUMBERS[match[0]], text)
    data = _INVISIBLE.sub(b"", text.encode("utf-8", "surrogatepass"))
    data = _FORM.sub(lambda match: _plain_forms().get(match[0], match[0]), data)
    data = _around(data, _PICTURE, _one_form_of_emoji)
    text = data.decode("utf-8", "surrogatepass")
    if "\u200c" in text or "\u200d" in text:
        text = _zero_width().sub("", text)
    return _without_dots(unicodedata.normalize("NFC", text))


@functools.cache
def _dotted() -> re.Pattern[str]:
    """A small i with a dot of its own, whatever marks stand below it."""
    low = "".join(
        chr(code) for code in range(0x20000) if 0 < unicodedata.combining(chr(code)) < 230
    )
    return re.compile(f"(i[{low}]*)\u0307+")


def _without_dots(text: str) -> str:
    """The text in NFC without the dots that say nothing: İ in lower case leaves one behind on its i."""
    if "\u0307" not in text:
        return text
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _dotted().sub(r"\1", apart))


def _one_form_of_emoji(text: str) -> str:
    return _BARE.sub("\\1\ufe0f", _NEEDLESS.sub(r"\1", _REPEATED.sub("\ufe0f", text)))


def _around(data: bytes, sign: re.Pattern[bytes], change: Callable[[str], str]) -> bytes:
    """UTF-8 text with those of its words changed that hold a sign."""
    pieces: list[bytes] = []
    done = 0
    while match := sign.search(data, done):
        begin = max(data.rfind(b" ", done, match.start()) + 1, done)
        end = data.find(b" ", match.end())
        end = len(data) if end < 0 else end
        changed = change(data[begin:end].decode("utf-8", "surrogatepass"))
        pieces += (data[done:begin], changed.encode("utf-8", "surrogatepass"))
        done = end
    return b"".join((*pieces, data[done:])) if pieces else data


@functools.cache
def _words() -> re.Pattern[str]:
    """Runs of what words are made of, joiners within them included."""
    marks = "".join(
        chr(code) for code in range(0x20000) if unicodedata.category(chr(code))[0] == "M"
    )
    return re.compile(rf"[\w{marks}'’·\u200c\u200d]+")


def lower(text: str, language: str = "none") -> str:
    """The text in lower case, as the language has it: Turkish and Azeri write I in lower case as ı.

    The text's letters are in one form, and are so after. Σ at the end of a word is ς whatever follows it.
    """
    if language in ("turkish", "azeri"):
        text = text.replace("I\u0307", "i").replace("İ", "i").replace("I", "ı")
    if text.isascii():
        return text.lower()
    # Python looks beyond the word's end for a letter: over full stops and colons.
    text = _words().sub(lambda match: match[0].lower(), text) if "Σ" in text else text.lower()
    # Some letters are composed in lower case alone: ẗ, ǰ.
    return _without_dots(unicodedata.normalize("NFC", text))
