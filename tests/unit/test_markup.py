"""HTML and Markdown become the text that a reader sees, and nothing hostile holds them up."""

from collections import Counter

import pytest

from w2v_core.text.markup import said_left_out, text_of_html, text_of_markdown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; <b>t</b>wo<p>Three&nbsp;&#x41;", "One & two\n\nThree A"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>a\n  b\t<i> c</i></p>", "a b c"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<ul><li>one<li>two<ul><li>three</ul></ul>", "one\n\ntwo\n\nthree"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\n\nb\n\nc"),
        ("<head><title>t</title><p>a head that nobody closed", "a head that nobody closed"),
        ('<script src="x"/>after it', "after it"),
        ("<script>if (a < b) { '<p>' }</script>x<style>p {}</style>", "x"),
        ("<nav><div>menu</div></nav><template><p>t</template>x", "x"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<!-- <p>no --> yes <![CDATA[ no ]]>", "yes"),
        ("no markup at all", "no markup at all"),
        ("", ""),
        ("a\0b \ud800 c", "a b ? c"),
    ],
)
def test_a_page_is_reduced_to_its_text(html, text):
    assert text_of_html(html) == text.replace("\u00a0", " ")


def test_readings_beside_characters_are_no_text():
    page = (
        "<p><ruby>東京<rt>とうきょう</rt></ruby>に<ruby>行<rp>(</rp><rt>い</rt><rp>)</rp></ruby>く。"
        "word<sup>1</sup></p>"
    )
    assert text_of_html(page) == "東京に行く。word"
    assert text_of_html("<ruby>漢<rt>かん字<rt>じ</ruby>です") == "漢です"  # ends left out


@pytest.mark.parametrize(
    "hidden",
    [
        "<div hidden>no<div>no</div></div>",
        '<p style="color: red; display: none">no</p>',
        '<span aria-hidden="true">no</span>',
        '<p style="visibility:hidden">no<br>no</p>',
        '<a role="doc-noteref" href="#n">3</a>',
    ],
)
def test_what_a_browser_hides_gives_no_text(hidden):
    assert text_of_html(f"<p>before{hidden}after").split() in (["beforeafter"], ["before", "after"])


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ("2<sup>nd</sup> time", "2nd time"),
        ("XIX<sup>e</sup>", "XIXe"),
        ("word<sup>1</sup>", "word"),
        ("word<sup>[12]</sup>", "word"),
        ("word<sup>*</sup>", "word"),
        ('word<sup><a href="#note">a</a></sup>', "word"),
        ("word<sup>1<p>goes on", "word\n\ngoes on"),
        ("<a>x</a> word<sup>th</sup>", "x wordth"),
    ],
)
def test_the_marks_of_notes_are_no_text_and_raised_letters_are(raised, text):
    assert text_of_html(raised) == text


def lines(markdown):
    return [line for line in text_of_markdown(markdown).split("\n") if line]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("# One #\n\nTwo\n===\nthree", ["One", "Two", "three"]),
        ("* a\n  * b\n    1. c\n\n       d\n* e", ["a", "b", "c", "d", "e"]),
        ("- [ ] to do\n- [x] done\n- [link](x) stays", ["to do", "done", "link stays"]),
        ("> one\n> > two\n", ["one", "two"]),
        ("| a | b |\n|:--|--:|\n| c d | `e` |\n", ["a  b", "c d  e"]),
        ("before\n\n```py\nno = 1\n```\n\nafter", ["before", "after"]),
        ("~~~\nno\n```\nno\n~~~\nafter", ["after"]),
        ("````\nno\n```\nno\n````\nafter", ["after"]),
        ("a\n\n```\nnever closed", ["a"]),
        ("- item\n\n  ```\n  no\n  ```\n- next", ["item", "next"]),
        ("```inline``` is no fence\n\nafter", ["inline is no fence", "after"]),
        ("    an indented verse\n\tis text", ["an indented verse", "is text"]),
        ("line one\nline two  \nline three", ["line one", "line two", "line three"]),
        ("one[^1] two\n\n[^1]: The note.", ["one two", "The note."]),
        ("***", []),
    ],
)
def test_blocks_of_markdown_keep_their_words_and_lines(markdown, shown):
    assert [line.strip() for line in lines(markdown)] == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ('[text](http://x.y/a_(b) "title") and more', "text and more"),
        ("[text][ref] [ref][] [ref]\n\n[ref]: http://x.y 'title'", "text ref ref"),
        ("![a **bright** picture](p.png)", "a bright picture"),
        ("see <http://x.y> or <mail@x.y>", "see  or"),
        ("**bold** *it* __b__ snake_case ~~gone~~ `co*de*`", "bold it b snake_case gone co*de*"),
        (r"\*no star\* \[no link\](x)", "*no star* [no link](x)"),
        ("a &amp; b &copy; &lt;i&gt; 1 < 2", "a & b © <i> 1 < 2"),
        ("a <b>bold</b> <span hidden>no</span>word<sup>1</sup>", "a bold word"),
        ("<ruby>東<rt>とう</rt></ruby>です", "東です"),
    ],
)
def test_words_of_markdown_lose_their_marks_and_links_their_addresses(markdown, shown):
    assert text_of_markdown(markdown) == shown


def test_html_goes_on_through_the_markdown_between_it():
    hidden = "one\n\n<div hidden>\n\n**no**\n\n</div>\n\n<script>\nno()\n\nno\n</script>\n\ntwo"
    assert lines(hidden) == ["one", "two"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_front_matter_is_no_text(ends):
    text = ends.join(["---", "title: no", "---", "words", "", "---", "more"])
    assert lines(text) == ["words", "more"]
    assert lines(ends.join(["---", "never closed"])) == ["never closed"]


def test_a_long_text_is_read_in_pieces_and_keeps_every_word():
    paragraph = "\n".join(f"line *{i}* of [many](http://x.y)" for i in range(40))
    text = "\n\n".join([paragraph, "```\nno\n\nno\n```", "1. item\n\n   its second paragraph"] * 60)
    shown = lines(text)
    assert shown.count("line 17 of many") == 60 and len(shown) == 60 * 42
    assert shown.count("its second paragraph") == 60 and "no" not in shown
    late = text + "\n\nsee [this][r]\n" + "words\n\n" * 3_000 + "[r]: http://late.y"
    assert "see this" in lines(late) and "late.y" not in text_of_markdown(late)


def test_a_paragraph_of_any_length_keeps_every_word():
    words = " ".join(f"word{i}" for i in range(20_000))
    assert text_of_markdown(words).split() == words.split()


NESTED = 20_000
HOSTILE = [
    "<div>" * NESTED,
    "<a " * NESTED,
    "<!--" * NESTED,
    "</b" * NESTED,
    "<sup>" * NESTED,
    '<a b="' * NESTED,
    ">" * NESTED,
    "> - " * NESTED,
    "[" * NESTED,
    "*a **b " * NESTED,
    "[a](b" * NESTED,
    "`a " * NESTED,
    "".join(" " * (2 * depth) + "- a\n" for depth in range(300)),
    "~~~\n" * NESTED,
    "|a" * NESTED,
    "[a]: x\n" * NESTED,
    "- a\n\n" * NESTED,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_hostile_nesting_is_read_to_its_end(text):
    """In a time that grows with its length; where it grew with its square, this would not end."""
    assert text_of_html(f"first {text}").startswith("first")
    assert text_of_markdown(f"first\n\n{text}").startswith("first")


def test_what_a_page_leaves_out_is_counted():
    left_out = Counter()
    text = text_of_html(
        "<nav>Home</nav><p>Water<sup>1</sup> is wet<sup><a href='#n'>a</a></sup> on the 2<sup>nd</sup>.</p>"
        "<p hidden>never <b hidden>seen</b></p><ruby>漢<rt>かん</rt></ruby><script>x</script>",
        left_out,
    )
    assert text == "Water is wet on the 2nd.\n\n漢"
    assert left_out == {"note": 2, "hidden": 1, "reading": 1, "navigation": 1}
    assert said_left_out(left_out) == (
        "Left out: 2 raised numbers or marks, as of notes, 1 reading beside characters, 1 hidden element, "
        "1 navigation."
    )
    assert said_left_out(Counter()) == ""
