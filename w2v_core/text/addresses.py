"""Where the web and e-mail addresses of a text stand.

A web address begins with a scheme (``https://``) or with ``www.``; an e-mail address is looked for on both
sides of its @. Neither holds white space, quotation marks, emoji or punctuation of other scripts, nor a
bracket without its partner, nor, at its end, a mark that would end a sentence. Letters of every script
belong to it (``müller.de``, ``пример.рф``), those of scripts without spaces only where they begin a part of
it: *https://a.org然后* is an address and two characters.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_LONGEST = 2_000  # characters of a web address
_LONGEST_NAME = 64  # of what stands before the @
_SIGN = re.compile(r"@|://|www\.", re.I)

# Scripts without spaces between words, and Korean, whose particles touch the word before them.
_SPACELESS = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u303c\u3041-\u318f"
    "\u31a0-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdf\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
_OPENING = {")": "(", "]": "["}
_TRAILING = ".,:;!?*_~'&"
_OF_PICTURES = "\ufe0e\ufe0f\u20e3"  # marks that make an emoji of a sign


@functools.cache
def _marks() -> str:
    codes = (*range(0x20000), *range(0xE0100, 0xE01F0))
    marks = (chr(code) for code in codes if unicodedata.category(chr(code))[0] == "M")
    return "".join(mark for mark in marks if mark not in _OF_PICTURES)


class _Patterns:
    """The parts of an address."""

    def __init__(self) -> None:
        marks = _marks()
        tied = rf"(?:(?![{_SPACELESS}])[^\W_])"  # a letter or digit of a script with spaces
        free = rf"[{_SPACELESS}]"
        marked = rf"(?:{tied}|[{marks}])"
        label = rf"(?:{tied}(?:(?:{marked}|-){{0,61}}{marked})?|{free}[{_SPACELESS}{marks}0-9-]{{0,40}})"
        last = rf"(?:xn--[a-z0-9-]{{2,59}}|(?!\d){tied}(?:(?!\d){marked}){{1,62}}|{free}{{2,20}})"
        # A separator before a further address ends this one; so does the scheme of one that touches it.
        name = rf"(?:{tied}|[._%+-]){{1,{_LONGEST_NAME}}}"
        end = rf"[,;](?:https?://|ftp://|www\.|{name}@{tied})|(?<=[^\W_])https?://|\.\.\."
        letter = rf"{tied}|[{marks}]|(?<![a-zA-Z0-9]){free}"
        sign = r"[-._~:/?#\[\]@!$&()*+,;=%]"
        # Within a word alone, and no possessive: O'Brien, not a.org's.
        apostrophe = rf"(?<=[^\W_])'(?=[^\W_])(?!s(?:(?!{marked})|https?://))"
        rest = rf"(?:(?!{end})(?:{letter}|{sign}|{apostrophe})){{1,{_LONGEST}}}"
        self.scheme = re.compile(
            r"(?:https?|(?<![^\W_])(?:ftps?|sftp|wss?|git|ssh|file|svn|irc))\Z", re.I
        )
        self.after_scheme = re.compile(
            rf"://(?=[^\W_]|\[[0-9a-f:.]{{2,45}}\]|/(?<=file:///)){rest}", re.I
        )
        self.www = re.compile(rf"www\.(?={label}){rest}", re.I)
        self.before_www = re.compile(rf"(?:{marked}|[_@-])")
        self.backwards = re.compile(rf"(?:{marked}|[._%+-]){{1,{2 * _LONGEST_NAME}}}")
        self.host = re.compile(rf"@(?:{label}\.){{1,8}}{last}(?!{tied}|_[^\W_])", re.I)


_patterns = functools.cache(_Patterns)


def addresses_in(text: str) -> list[tuple[int, int]]:
    """Where addresses stand in a text: (first character, last + 1) of each, in order.

    Parameters
    ----------
    text : str
        With its letters in one form (see ``w2v_core.letters``) and its entities as characters.
    """
    found: list[tuple[int, int]] = []
    done = 0
    sign = _SIGN.search(text)  # rare enough to be looked for by what every address has
    while sign is not None:
        span = _mail(text, sign, done) if sign[0] == "@" else _web(text, sign, done)
        if span is not None:
            found.append(span)
            done = span[1]
        sign = _SIGN.search(text, max(done, sign.end()))
    return found


def _web(text: str, sign: re.Match[str], done: int) -> tuple[int, int] | None:
    """The web address with a sign in it, if there is one; it begins after the one before."""
    patterns, at = _patterns(), sign.start()
    if sign[0] == "://":
        scheme = patterns.scheme.search(text, max(at - 5, done), at)
        rest = patterns.after_scheme.match(text, at) if scheme is not None else None
        begin = at if scheme is None else scheme.start()
    else:
        touches = at > done and patterns.before_www.match(text, at - 1, at)
        rest = None if touches else patterns.www.match(text, at)
        begin = at
    if rest is None:
        return None
    end = at + len(_whole(rest[0]))
    return (begin, end) if end > sign.end() else None


def _mail(text: str, sign: re.Match[str], done: int) -> tuple[int, int] | None:
    """The e-mail address around an @, if there is one."""
    patterns, at = _patterns(), sign.start()
    host = patterns.host.match(text, at)
    before = text[max(at - 2 * _LONGEST_NAME, done) : at]
    name = patterns.backwards.match(before[::-1]) if host is not None else None
    if host is None or name is None:
        return None
    # Not what stands before a dash or an ellipsis, nor what marks a list, a sentence's end or emphasis.
    given = re.split(r"\.\.+|--+", name[0][::-1])[-1]
    while given and (given[0] in "._%+-" or unicodedata.category(given[0])[0] == "M"):
        given = given[1:]
    if not given or len(given) > _LONGEST_NAME or given[-1] in ".":
        return None
    return at - len(given), host.end()


def _whole(address: str) -> str:
    """An address without brackets that have no partner in it, nor marks at its end."""
    open_at: list[int] = []
    for place, char in enumerate(address):
        if char in "([":
            open_at.append(place)
        elif char in _OPENING:
            if not open_at or address[open_at[-1]] != _OPENING[char]:
                open_at.append(place)
                break
            open_at.pop()
    return (address[: open_at[0]] if open_at else address).rstrip(_TRAILING)
