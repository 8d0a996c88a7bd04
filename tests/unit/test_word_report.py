"""A word report: every part says what it should, nothing of the text can run, and the citation holds."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.unit.test_figures import HOSTILE
from w2v_core.exchange.version import app_version
from w2v_core.exchange.word_report import citation
from w2v_core.exchange.word_report.contents import (
    Expected,
    InList,
    Made,
    Near,
    ReportedLine,
    WordReport,
)
from w2v_core.exchange.word_report.page import word_report

MADE = Made(
    model="Tales",
    id="ab" * 16,
    tool="Word2Vec Explorer",
    version="1.2.3",
    made="2026-11-26",
    reported="2026-12-01",
    trained_here=True,
    words=1_400,
    dimensions=53,
    fingerprint="f0" * 32,
    facts=[("Window", "5"), ("Random seed", "0")],
)
REPORT = WordReport(
    word="king",
    rank=286,
    times=113,
    per_million=565.2,
    vectors="center vectors V",
    made=MADE,
    near=[Near("queen", 0.834, 9, 0.87), Near("monk", 0.61, 3, 0.31, sure=False)],
    splits=10,
    near_note="The halves consist of 48 whole documents.",
    probable=[Expected("wore", 0.045, 0.031, 0.0016)],
    specific=[Expected("ruled", 0.022, 0.036, 0.0004)],
    lines=[ReportedLine("Later the king wore the crown.", (10, 14), "1850 · Tales, part 1")],
    lines_note="1 of its 113 lines, evenly spread over the text.",
    lists=[InList("genders", [("king", "queen")], [0.774], "Parallel: more than by chance.")],
    lists_note="A cosine of 1 means that the offsets are parallel.",
    selections=["court"],
)


class Reader(HTMLParser):
    """The elements and the text of a page, as a browser takes them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.names, self.text, self._in_style = set(), set(), [], False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self._in_style = tag == "style"

    def handle_endtag(self, tag):
        self._in_style = False

    def handle_data(self, data):
        if not self._in_style:
            self.text.append(data)

    @property
    def said(self):
        return " ".join("".join(self.text).split())


def test_every_part_is_on_the_page():
    said = Reader(word_report(REPORT)).said
    for part in (
        "king: word report",
        "Rank 286 of 1,400 words by frequency; 113 times in the text, 565 per million words",
        "queen0.83987%",
        "monk0.613 ?31%",
        "in both halves, of 10 splits",
        "48 whole documents",
        "wore4.5%3.1%0.16%",
        "ruled2.2%3.6%0.04%",
        "Later the king wore the crown. 1850 · Tales, part 1",
        "1 of its 113 lines",
        "gendersking → queen0.77Parallel: more than by chance.",
        "kept selections: court",
        "“Tales”, word vectors (1,400 words, 53 dimensions), trained 2026-11-26; Word2Vec Explorer 1.2.3",
        "Window: 5",
        "@misc{tales-abababab,",
    ):
        assert part in said, part


def test_a_doubtful_neighbour_is_striped_and_a_sure_one_is_not():
    page = word_report(REPORT).decode()
    sure, doubtful = page.split('lang="">queen')[1].split('lang="">monk')[:2]
    assert "url(#unsure)" not in sure and "url(#unsure)" in doubtful.partition("</tr>")[0]
    assert 'id="unsure"' in page


@pytest.mark.parametrize(
    "word", [*HOSTILE, "</style><script>alert(1)</script>", "a\u202eb", "\ud800"]
)
def test_hostile_words_stay_text(word):
    hostile = replace(
        REPORT,
        word=word,
        made=replace(MADE, model=word, facts=[(word, word)]),
        near=[Near(word, 0.5, 3, 0.3)],
        near_note=word,
        probable=[Expected(word, 0.1, None, 0.1)],
        specific=[Expected(word, 0.1, 0.2, 0.1)],
        predicted_note=word,
        lines=[ReportedLine(f"{word} {word}", (0, len(word)), word)],
        lines_note=word,
        lists=[InList(word, [(word, word)], [-0.001], word)],
        lists_note=word,
        selections=[word],
    )
    safe, found = Reader(word_report(REPORT)), Reader(word_report(hostile))
    assert found.tags == safe.tags and found.names == safe.names
    assert not found.tags & {"script", "img", "a", "iframe", "object", "link", "form"}
    assert found.said.count(" ".join(word.encode("utf-8", "replace").decode().split())) >= 12


def test_the_policy_lets_nothing_run_and_names_the_style_by_its_digest():
    page = word_report(REPORT).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy
    assert " style=" not in page and not re.search(r"https?:", page)
    for paper in ("@page", "break-inside: avoid", "@media print"):
        assert paper in style


def test_without_a_text_it_says_what_is_missing():
    bare = WordReport("word", 3, None, None, "center vectors V", replace(MADE, trained_here=False))
    bare = replace(
        bare,
        near=[Near("other", 0.4)],
        near_note="How sure these are has not been measured: this needs the text.",
        predicted_note="This model came without output vectors.",
        lines_note="This model came without its text.",
        lists_note="It is in none of the lists.",
    )
    page = Reader(word_report(bare))
    assert "how often it occurs in the text is not known" in page.said
    for note in (bare.near_note, bare.predicted_note, bare.lines_note, bare.lists_note):
        assert note in page.said
    assert "halves, of" not in page.said and "N/n" not in page.said and "imported" in page.said
    part = replace(bare, probable=[Expected("a", 0.2, None, 0.1)])
    assert "a20%10%" in Reader(word_report(part)).said


def test_another_script_keeps_its_direction():
    page = word_report(
        replace(REPORT, word="המלך", lines=[ReportedLine("המלך גר בטירה", (0, 4), "א.txt")])
    ).decode()
    assert '<h1 dir="auto" lang="">המלך</h1>' in page
    assert '<li dir="auto" lang=""><b>המלך</b> גר בטירה' in page


def test_a_cosine_below_nothing_has_a_minus_and_nothing_has_none():
    near = [Near("a", -0.004), Near("b", -0.126)]
    said = Reader(word_report(replace(REPORT, near=near, splits=None))).said
    assert "1a0.00" in said and "2b−0.13" in said


def test_long_lines_are_cut_around_the_word():
    text = "x " * 5_000 + "king" + " y" * 5_000
    page = word_report(replace(REPORT, lines=[ReportedLine(text, (10_000, 10_004))])).decode()
    line = page.partition('<ol class="lines">')[2].partition("</ol>")[0]
    assert "<b>king</b>" in line and line.count("…") == 2 and len(line) < 600


def test_the_entries_for_bibtex_are_whole():
    made = replace(MADE, model="50% of {x} & y_z \\input #1\nnext")
    entries = citation.bibtex(made)
    assert r"50\% of \{x\} \& y\_z \textbackslash{}input \#1 next: word vectors" in entries
    bare = re.sub(r"\\[{}]", "", entries)
    assert bare.count("{") == bare.count("}")
    assert re.findall(r"^@(\w+)\{([\w-]+),$", entries, re.MULTILINE) == [
        ("misc", "50-of-x-y-z-input-1-next-abababab"),
        ("software", "word2vec-explorer"),
    ]
    assert citation.bibtex(replace(MADE, model="עברית")).startswith("@misc{model-abababab,")


def test_the_version_is_that_of_the_project():
    assert re.fullmatch(r"\d+\.\d+\.\d+", app_version())


def test_a_notice_stands_above_the_rest():
    page = word_report(replace(REPORT, notice="<i>So nothing is sure.")).decode()
    assert page.index("&lt;i&gt;So nothing is sure.") < page.index("Nearest words")
    assert 'class="notice"' not in word_report(REPORT).decode()
