"""Which of the older encodings some bytes are in: a suggestion, to be confirmed by a person.

charset-normalizer says which encodings the bytes could be in. Short texts often fit several alike; of
these the one is taken whose letters make the likelier words: letters of one script and of one language,
no capital letter within a word, and no sign within one that is no letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from charset_normalizer import from_bytes

from w2v_core.text.gathering import ENCODINGS

SAMPLE = 1 << 12
"""Bytes that are looked at: lines with bytes that are not ASCII, the first ones of a text."""
FALLBACK = "cp1252"

_ALIASES = {"cp932": "shift-jis", "cp949": "euc-kr", "euc_jp": "euc-jp", "koi8_r": "koi8-r"}
_TRIED = {
    **{codec.replace("-", "_"): codec for codec in ENCODINGS},
    **_ALIASES,
}
for _name in ("utf_8", "utf_16_le", "utf_16_be", "shift_jis", "euc_kr"):
    _TRIED.pop(_name, None)  # of the last two, the ones that hold more characters are tried
_READ_AS = {"shift-jis": "cp932", "euc-kr": "cp949"}

_LANGUAGES = [
    frozenset(letters + letters.upper())
    for letters in (
        "àâçéèêëîïôùûüœæÿ",  # French
        "äöüßé",  # German
        "áéíóúñüªº",  # Spanish
        "áàâãçéêíóôõú",  # Portuguese
        "àèéìíîòóùú",  # Italian
        "åäöæøéü",  # Danish, Norwegian, Swedish
        "áðéíóúýþæö",  # Icelandic
        "àçèéíïòóúü·",  # Catalan
        "ëïéèöüó",  # Dutch
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţșț",  # Romanian
        "čćđšž",  # Croatian, Slovene
        "çğıöşüâîİ",  # Turkish
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
        "äõöüšž",  # Estonian
    )
]
_ALPHABETS = {  # letters in the order of how frequent they are
    "CYRILLIC": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфіїєґђјљњћџўъё",
    "GREEK": "αοιετσνηυρπκμλςωάίόέήώύδγχθφβξζψϊϋΐΰ",
    "HEBREW": "יוהלאמרתבשנםחדקעפטכגצסזןךףץ",
    "ARABIC": "اليمنورتبدعسفهكقحجأةىشصطخضذثزءغإظئؤآپچژگ",
}
_USUAL = frozenset(
    "\u00a0“”‘’‚„«»‹›–—…•€£§°©®™·¿¡×½¼¾ºª´№"
    "\u3000、。〈〉《》「」『』【】〔〕・ー〜～々，．：；？！（）［］＂＇％"
)


def python_codec(codec: str) -> str:
    """The codec of Python that reads an encoding of ``ENCODINGS``, with what Windows added to it."""
    return _READ_AS.get(codec, codec)


def sample_of(data: bytes) -> bytes:
    """Of a text in bytes, the first lines that are not plain ASCII, ``SAMPLE`` bytes at most or so."""
    if len(data) <= SAMPLE:
        return data
    lines: list[bytes] = []
    size = 0
    for line in re.split(rb"[\r\n]+", data):
        if not line.isascii():
            lines.append(line[: 2 * SAMPLE])
            size += len(lines[-1])
            if size >= SAMPLE:
                break
    return b"\n".join(lines)


def best_codec(data: bytes, extra: Iterable[str] = ()) -> str:
    """The codec of ``ENCODINGS`` that some bytes fit best; ``FALLBACK`` where none fits.

    Parameters
    ----------
    data : bytes
        A sample (``sample_of``), not UTF-8.
    extra : iterable of str
        Codecs that are tried whatever charset-normalizer says.
    """
    found = from_bytes(data, cp_isolation=list(_TRIED), enable_fallback=False)
    codecs = dict.fromkeys(_TRIED[match.encoding] for match in found if match.encoding in _TRIED)
    codecs.update(dict.fromkeys([*extra, FALLBACK]))
    order = {codec: number for number, codec in enumerate(ENCODINGS)}
    best, highest = FALLBACK, -1e9
    for codec in sorted(codecs, key=order.__getitem__):
        score = likelihood(data, codec)
        if score is not None and score > highest + 1e-9:
            best, highest = codec, score
    return best


def wide_codec(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, where nearly all characters of the text are frequent ones; None
    where it is no such text.

    Parameters
    ----------
    data : bytes
        The beginning of a file.
    """
    data = data[: min(len(data), SAMPLE) // 2 * 2]
    scores = {codec: likelihood(data, codec) or 0.0 for codec in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=scores.__getitem__)
    return best if len(data) >= _LEAST_WIDE and scores[best] >= _SURELY_WIDE else None


_SURELY_WIDE, _LEAST_WIDE = 0.9, 16  # a likelihood; bytes


def likelihood(data: bytes, codec: str) -> float | None:
    """How likely bytes are text in an encoding: 1 for letters of one language in words that look like
    words, less otherwise; None where they are not in that encoding at all."""
    try:
        text = data.decode(python_codec(codec))
    except UnicodeDecodeError as error:
        if len(data) - error.start > 4 or error.start == 0:  # a sample may cut its last character
            return None
        text = data[: error.start].decode(python_codec(codec))
    counts = Counter(text)
    classes = {ord(character): _class(character) for character in counts}
    high = {c: n for c, n in counts.items() if ord(c) > 127 and c not in _USUAL}
    n = sum(high.values())
    shape = text.translate(classes)
    within = len(_WITHIN_WORD.findall(text))
    if not n:
        return 1.0 - min(within, 1)
    odd = sum(number for c, number in high.items() if classes[ord(c)] == "?")
    mixed = len(re.findall(r"(?<=[lL])[^lL. \d?]|(?<=[^lL. \d?])[lL]", shape))
    capitals = float(len(re.findall(r"[lcg](?=[LCG])", shape)) + within)
    if re.search(r"[CG]{3}", shape) and not re.search(r"[cgl]", shape):
        capitals += n / 5  # nothing but capital letters
    letters = {c: number for c, number in high.items() if classes[ord(c)] != "?"}
    return _typical(letters, codec) * (n - odd) / n - (odd + mixed + capitals) / n


_WITHIN_WORD = re.compile(  # signs that stand beside no letter, or between no two of them
    r"(?<=[^\W\d_])[“”„‚«»…•§©°€](?=[^\W\d_])|(?<=[^\W\d_])[£¼½¾¡¿×]|[£¼½¾](?=[^\W\d_])"
)
_SCRIPTS = {"LATIN": "l", "CYRILLIC": "c", "GREEK": "g", "HEBREW": "h", "ARABIC": "a"}


def _class(character: str) -> str:
    """A letter for the kind of a character: of its script, large where it is a capital letter; a dot
    for punctuation, a question mark for what is found in no text."""
    if character.isascii():
        if character.isalpha():
            return "L" if character.isupper() else "l"
        return "0" if character.isdigit() else " " if character.isspace() else "."
    if character in _USUAL:
        return "."
    kind = unicodedata.category(character)
    if kind[0] != "L" and kind[0] != "M":
        return "?"
    script = unicodedata.name(character, "").partition(" ")[0]
    letter = _SCRIPTS.get(script)
    if letter is None:
        return "?" if script in ("HALFWIDTH", "FULLWIDTH", "") else "j"
    return letter.upper() if character.isupper() else letter


def _typical(letters: dict[str, int], codec: str) -> float:
    """The share of letters that are frequent ones in a language of this encoding."""
    n = sum(letters.values())
    if not n:
        return 0.0
    if codec in _FREQUENT:
        share = sum(number for c, number in letters.items() if _FREQUENT[codec](c)) / n
        # Where Korean syllables lie, frequent Chinese and Japanese characters lie too.
        if codec in ("shift-jis", "euc-jp"):
            kana = sum(number for c, number in letters.items() if _is_kana(c))
            return share if kana > 0.1 * n else 0.9 * share
        return 0.98 * share if codec == "gb18030" else share
    latin = {c: number for c, number in letters.items() if _class(c) in "lL"}
    best = max(sum(number for c, number in latin.items() if c in known) for known in _LANGUAGES)
    if latin and sum(latin.values()) > n / 2:
        return best / n
    most = 0.0
    for alphabet in _ALPHABETS.values():
        rank = {letter: place for place, letter in enumerate(alphabet)}
        score = sum(
            number * (1 - rank[c.lower()] / len(alphabet))
            for c, number in letters.items()
            if c.lower() in rank
        )
        most = max(most, score / n)
    return min(1.25 * most, 1.0)


def _leads(codec: str, first: int, last: int, character: str) -> bool:
    """Whether a character stands in the part of a national standard that holds the frequent ones."""
    try:
        encoded = character.encode(codec)
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and first <= encoded[0] <= last


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


def _frequent_japanese(character: str) -> bool:
    return _is_kana(character) or _leads("euc_jp", 0xB0, 0xCF, character)


def _frequent_anywhere(character: str) -> bool:
    return (
        _frequent_japanese(character)
        or _leads("gb2312", 0xB0, 0xD7, character)
        or _leads("big5", 0xA4, 0xC6, character)
        or _leads("euc_kr", 0xB0, 0xC8, character)
    )


_FREQUENT = {
    "gb18030": lambda c: _leads("gb2312", 0xB0, 0xD7, c),
    "big5": lambda c: _leads("big5", 0xA4, 0xC6, c),
    "shift-jis": _frequent_japanese,
    "euc-jp": _frequent_japanese,
    **dict.fromkeys(("utf-16-le", "utf-16-be"), _frequent_anywhere),
    "euc-kr": lambda c: "\uac00" <= c <= "\ud7a3" and _leads("euc_kr", 0xB0, 0xC8, c),
}
