"""The language of the search box: words, “phrases in quotes”, beginnings* and filters such as `severity:p1`. Pure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 200
MOST_TERMS = 20
SHORTEST_BEGINNING = 3
QUOTES = str.maketrans("“”„«»", '"' * 5)
# A filter's name and value, a phrase, or what stands between spaces.
PART = re.compile(r'(?P<key>[a-zA-Z]{2,}):(?P<value>"[^"]*"|[^\s"]*)|"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')
REFERENCE = re.compile(r"#?([A-Za-z][A-Za-z0-9]{1,11})[-–](\d{1,9})")
NUMBER = re.compile(r"#?(\d{1,9})")


class BadQuery(ValueError):
    """What was typed cannot be searched for; the message is for the person."""


@dataclass(frozen=True)
class Term:
    """One word, or several that follow each other; `begins`: any word that begins so."""

    text: str
    begins: bool = False


@dataclass(frozen=True)
class Filter:
    """`key:value` as typed, the key in small letters."""

    key: str
    value: str


@dataclass(frozen=True)
class Query:
    """What the box says, taken apart."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.filters)

    @property
    def words(self) -> str:
        """The free words as one text: a name, a reference or a number may be meant."""
        return " ".join(term.text for term in self.terms)


def parse(typed: str, *, known: frozenset[str]) -> Query:
    """Take a text apart; `known` are the filters' names. Raises `BadQuery` with what to mend."""
    text = typed.translate(QUOTES)
    if len(text) > LONGEST:
        raise BadQuery(_("This is longer than %(longest)s characters. Search for fewer words.") % {"longest": LONGEST})
    if not text.isprintable() and any(not (mark.isprintable() or mark.isspace()) for mark in text):
        raise BadQuery(_("The search holds a character that cannot be typed. Write it again."))
    if text.count('"') % 2:
        raise BadQuery(_("A quotation mark is opened and not closed. Close it, or take it out."))
    terms: list[Term] = []
    filters: list[Filter] = []
    for part in PART.finditer(text):
        if part["key"] and not _is_text(part["key"].lower(), part["value"], known=known):
            filters += _filter(part["key"].lower(), part["value"].strip('" '), known=known)
        else:
            terms += _term(part["phrase"] if part["phrase"] is not None else part[0], quoted=part["phrase"] is not None)
    if len(terms) + len(filters) > MOST_TERMS:
        raise BadQuery(_("This is more than %(most)s words and filters. Leave some out.") % {"most": MOST_TERMS})
    return Query(tuple(terms), tuple(filters))


def _is_text(key: str, value: str, *, known: frozenset[str]) -> bool:
    """Whether a colon is just one: of an address (`https://…`), or at the end of a word (`Error: …`)."""
    return value.startswith(("/", "\\")) or (not value and key not in known)


def _filter(key: str, value: str, *, known: frozenset[str]) -> list[Filter]:
    if key not in known:
        words = {"key": key[:40], "known": ", ".join(f"{name}:" for name in sorted(known))}
        raise BadQuery(
            _("“%(key)s:” is no filter. There are: %(known)s To search for the words, put them in quotes.") % words
        )
    if not value:
        raise BadQuery(_("“%(key)s:” needs a value, right behind the colon.") % {"key": key})
    return [Filter(key, value)]


def _term(text: str, *, quoted: bool) -> list[Term]:
    begins = not quoted and text.endswith("*")
    bare = text.strip("* ") if begins else text.strip()
    if not any(mark.isalnum() for mark in bare):
        return []
    if begins and len(bare) < SHORTEST_BEGINNING:
        raise BadQuery(
            _("“%(word)s” begins too many words. Give at least %(least)s letters before the star.")
            % {"word": text, "least": SHORTEST_BEGINNING}
        )
    return [Term(bare, begins)]


def reference_of(query: Query) -> tuple[str, int] | None:
    """The organisation's key and the number, when the free words are a reference such as `ACME-142`."""
    found = REFERENCE.fullmatch(query.words)
    return (found[1].upper(), int(found[2])) if found else None


def number_of(query: Query) -> int | None:
    """The number, when the free words are one, with or without `#`."""
    found = NUMBER.fullmatch(query.words)
    return int(found[1]) if found else None
