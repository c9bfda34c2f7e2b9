"""Marks: places from the marked copy, texts escaped first, pieces that show most of what was found."""

from tickets.search.highlight import LONGEST, piece, spans, with_marks


def test_places_are_counted_in_the_text_without_its_marks():
    assert spans("an \x01error\x02 is \x01an\x02") == [(3, 8), (12, 14)]
    assert spans("nothing") == []


def test_what_people_typed_is_escaped_before_it_is_marked():
    assert with_marks("<b>a&b</b>", [(3, 4)]) == "&lt;b&gt;<mark>a</mark>&amp;b&lt;/b&gt;"
    assert with_marks("<script>", [(0, 8)]) == "<mark>&lt;script&gt;</mark>"


def test_a_short_text_is_shown_whole():
    assert piece("It fails.", [(3, 8)]) == "It <mark>fails</mark>."
    assert piece("", []) == ""


def test_a_long_text_is_cut_around_most_of_its_marks_at_words():
    text = "start needle " + "word " * 100 + "needle needle end " + "word " * 100
    first, second = text.index("needle", 20), text.index("needle needle") + 7
    shown = piece(text, [(6, 12), (first, first + 6), (second, second + 6)])
    assert shown.count("<mark>needle</mark>") == 2
    assert shown.startswith("… word")
    assert shown.endswith("word …")
    assert len(shown) < LONGEST + 60


def test_a_long_text_without_marks_begins_at_its_beginning():
    shown = piece("word " * 200, [])
    assert shown.startswith("word word")
    assert shown.endswith(" …")
    assert piece("x" * 1000, [(900, 950)]).startswith("… ")
