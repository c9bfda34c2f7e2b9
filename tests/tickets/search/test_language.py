"""The language of the search box: what it takes apart, and what it says to what it cannot."""

import pytest

from tickets.search.language import BadQuery, Filter, Term, number_of, parse, reference_of

KNOWN = frozenset({"is", "severity", "org"})


def terms(typed):
    return [(term.text, term.begins) for term in parse(typed, known=KNOWN).terms]


def test_words_phrases_beginnings_and_filters_are_told_apart():
    query = parse('export  "time out" invoi* severity:P1 is:"open" “zero rows”', known=KNOWN)
    assert query.filters == (Filter("severity", "P1"), Filter("is", "open"))
    assert query.terms == (Term("export"), Term("time out"), Term("invoi", begins=True), Term("zero rows"))


@pytest.mark.parametrize(
    "typed", ["https://crm.example/x?y=1", "Error: broken", r"C:\temp", "10:30", "--- *", "()&|!:*<->"]
)
def test_a_colon_or_a_sign_in_an_ordinary_text_is_no_filter(typed):
    assert parse(typed, known=KNOWN).filters == ()


def test_signs_alone_are_no_words():
    assert terms("*** -- ( ) & | !") == []
    assert parse("  ", known=KNOWN).is_empty


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("sevrity:p1", "“sevrity:” is no filter. There are: is:, org:, severity:"),
        ("severity:", "“severity:” needs a value"),
        ('"time out', "opened and not closed"),
        ("ab*", "at least 3 letters before the star"),
        ("x" * 201, "longer than 200 characters"),
        ("a " * 21, "more than 20 words"),
        ("a\x00b", "cannot be typed"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_what_to_mend(typed, says):
    with pytest.raises(BadQuery, match=says.replace("(", r"\(")):
        parse(typed, known=KNOWN)


@pytest.mark.parametrize(
    ("typed", "reference", "number"),
    [
        ("ACME-142", ("ACME", 142), None),
        ("#acme-142", ("ACME", 142), None),
        ("142", None, 142),
        ("#142", None, 142),
        ("ACME-142 printer", None, None),
        ("e-mail", None, None),
        ("1234567890123", None, None),
    ],
)
def test_references_and_numbers_are_known_by_their_look(typed, reference, number):
    query = parse(typed, known=KNOWN)
    assert (reference_of(query), number_of(query)) == (reference, number)
