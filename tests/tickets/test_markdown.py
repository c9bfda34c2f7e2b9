"""Messages as HTML: what Markdown makes of them, what is never let through, and which parts are folded."""

import re

import pytest

from tests.timing import least_seconds
from tickets.markdown import passages


def html_of(text, **more):
    return "".join(passage.html for passage in passages(text, **more))


def folds_of(text):
    return [(passage.fold, re.sub(r"<[^>]+>", "", passage.html).strip()) for passage in passages(text)]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>"),
        ("# Head", "<h3>Head</h3>"),
        ("Regards\n--\nNimal", "<p>Regards<br>\n--<br>\nNimal</p>"),
        ("5 < 6 & <b>x</b>", "<p>5 &lt; 6 &amp; &lt;b&gt;x&lt;/b&gt;</p>"),
    ],
)
def test_markdown_is_rendered_and_lines_stay_lines(typed, shown):
    assert html_of(typed).strip() == shown


def test_a_link_leads_to_the_web_in_a_window_of_its_own_and_vouches_for_nothing():
    link = '<a href="https://x.example/a_b" target="_blank" rel="noopener nofollow">{}</a>'
    assert html_of("[here](https://x.example/a_b)") == f"<p>{link.format('here')}</p>\n"
    assert html_of("see https://x.example/a_b.") == f"<p>see {link.format('https://x.example/a_b')}.</p>\n"


@pytest.mark.parametrize(
    "typed",
    ["[x](javascript:alert(1))", "[x](data:text/html,hi)", "[x](//evil.example)", "[x](/accounts/logout/)",
     "//evil.example", "[x](vbscript:a)", "<javascript:alert(1)>"],
)  # fmt: skip
def test_no_other_address_becomes_a_link(typed):
    assert "href" not in html_of(typed)


@pytest.mark.parametrize(
    "typed", ["![chart](https://x.example/p.png)", "[![chart](https://x.example/p.png)](https://y.example)"]
)
def test_an_image_is_a_link_and_is_not_loaded(typed):
    assert "<img" not in html_of(typed)
    assert 'href="https://x.example/p.png"' in html_of(typed)
    assert "chart" in html_of(typed)


@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<span class="mention">x</span>', "<details open>",
     "`<script>`", "```\n<script>\n```", "<!-- x -->", "<a href='x' onclick='y'>z</a>"],
)  # fmt: skip
def test_markup_that_people_type_is_text(typed):
    made = html_of(typed)
    assert set(re.findall(r"<(\w+)", made)) <= {"p", "pre", "code"}
    assert "on" not in re.findall(r"<\w+\s(on)", made)


def test_names_behind_an_at_sign_are_marked_where_they_are_known():
    made = html_of(
        "@Nimal Perera and @nimal, not @Nimala, @Indra or a@Nimal.example", mentions=["Nimal", "Nimal Perera"]
    )
    assert re.findall(r'<span class="mention">(.*?)</span>', made) == ["@Nimal Perera", "@nimal"]


MAIL = "Thanks, that helps.\n\nOn Mon, 16 Nov 2026 at 10:00, Support <s@x.example> wrote:\n> Which one?\n>\n> Nimal\n"


def test_a_quotation_is_folded_with_the_line_that_says_who_wrote_it_and_nothing_is_lost():
    (own, quoted) = folds_of(MAIL)
    assert own == ("", "Thanks, that helps.")
    assert quoted[0] == "quote"
    shown = re.sub(r"<[^>]+>", "", html_of(MAIL))
    assert [word for word in re.findall(r"[\w@.:,]+", MAIL) if word not in shown] == []
    assert passages(MAIL)[1].first.startswith("On Mon, 16 Nov 2026")


@pytest.mark.parametrize(
    ("typed", "folds"),
    [
        ("> Which one?\nNumber 7.\n> And when?\nToday.", ["quote", "", "quote", ""]),
        ("> all of it\n> is quoted", [""]),
        ("Look:\n```\n> not a quote\n```", [""]),
        ("Hi\n\nOn Mon, 16 Nov 2026, Support\n<s@x.example> wrote:\n\n> Which?", ["", "quote"]),
        ("Hi\n\nOn 16 Nov 2026 Support wrote:\nWhich one?\n\nNimal", ["", "quote"]),
        ("Hi\n\n----- Original Message -----\nFrom: Support\nWhich one?", ["", "quote"]),
        ("On Monday my manager wrote:\nstop it.", [""]),
        ("On 16 Nov 2026 Support wrote:\nWhich one?", [""]),
        ("", []),
    ],
)
def test_what_is_quoted_is_folded_and_ones_own_words_never_are(typed, folds):
    assert [passage.fold for passage in passages(typed)] == folds


def test_an_answer_right_below_a_quotation_stays_open():
    assert folds_of("> Which one?\nNumber 7.")[1] == ("", "Number 7.")


def test_a_very_long_text_is_cut_after_a_paragraph_and_its_rest_is_folded():
    text = "\n\n".join(f"Paragraph {number}." for number in range(60))
    head, rest = passages(text)
    assert (head.fold, rest.fold) == ("", "rest")
    assert [f"Paragraph {n}." in head.html for n in (0, 11, 12)] == [True, True, False]
    assert "Paragraph 59." in rest.html
    assert rest.lines == 95


def test_a_long_block_that_cannot_be_cut_shows_how_it_begins_and_is_folded_whole():
    log = "```\n" + "\n".join(f"line {number}" for number in range(500)) + "\n```"
    head, whole = passages(log)
    assert (head.fold, whole.fold, whole.lines) == ("", "whole", 502)
    assert "line 499" in whole.html
    assert len(head.html) < 1000


def test_a_text_too_long_for_markdown_is_shown_as_typed():
    head, whole = passages("**a** <b>\n" * 2000)
    assert "<strong>" not in whole.html
    assert whole.html.count("**a** &lt;b&gt;") == 2000
    assert head.fold == ""


@pytest.mark.parametrize(
    "unit",
    ["[", "`a", "*a ", "**a", ">", "_", "- ", "](", "<", "![", "[a](", "~~a", "|a", "@", "> \n", "On 1 wrote:\n"],
)
def test_a_text_made_to_be_slow_is_quick(unit):
    text = unit * (10_000 // len(unit))
    assert least_seconds(lambda: passages(text), below=1) < 1
