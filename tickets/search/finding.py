"""What the search box finds: the newest 500 matches of what a member may see, the best of them first."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.members import Member
from tickets.models import Ticket
from tickets.queries import tickets_visible_to
from tickets.search import statements
from tickets.search.filters import Narrowed, kinds_for, narrowing
from tickets.search.language import BadQuery, Query, number_of, parse, reference_of
from tickets.search.statements import NEWEST, Ground, Words

PAGE = 25
SHORTEST_NAME = 3
# A number or a reference that fits is what was meant; a requester's name comes before a mere mention of it.
BY_NUMBER, BY_NAME = 3.0, 1.0
Key = tuple[float, int]
# `+ 0`: few tickets fit, and the order must not tempt the planner to walk all of them for its sake.
NEWEST_FIRST = (F("pk") + 0).desc()
DAMAGED = gettext_lazy("This address of a further page is damaged. Search again.")


@dataclass(frozen=True)
class Match:
    """The tickets that fit, by id with their ranks; `is_cut` when there are older ones besides."""

    ranks: dict[int, float] = field(default_factory=dict)
    is_cut: bool = False
    words: Words | None = None

    @property
    def order(self) -> list[Key]:
        """(rank, id), the best first and of equals the newest."""
        return sorted(((rank, pk) for pk, rank in self.ranks.items()), reverse=True)


def read(member: Member, typed: str) -> Query:
    """What the member has typed. Raises `BadQuery`."""
    return parse(typed, known=frozenset(kinds_for(member)))


def meant(member: Member, query: Query) -> Ticket | None:
    """The one ticket whose reference is all that was typed, if the member may see it."""
    reference = reference_of(query)
    if reference is None or query.filters:
        return None
    key, number = reference
    return tickets_visible_to(member).filter(organisation__key=key, number=number).first()


def matches(member: Member, query: Query, *, at: datetime, newest: int | None = None) -> Match:
    """The newest `NEWEST` tickets that fit the query at the instant, of those up to the ticket `newest`.

    To be asked within `time_limit`. Raises `BadQuery` for a filter's value that means nothing or words that are in
    every text.
    """
    narrowed = narrowing(query.filters, member=member, at=at)
    ground = _ground(member, query, narrowed)
    if not query.terms:
        found, words = _plain(ground, newest), None
    else:
        words = statements.compiled(query.terms)
        found = _alike(ground, query, newest)
        if words.is_empty and not found:
            raise BadQuery(_("These words are in almost every text. Add one that is rarer."))
        if not words.is_empty:
            texts = statements.text_hits(words, ground, below=newest)
            found = {pk: found.get(pk, 0) + texts.get(pk, 0) for pk in {*found, *texts}}
    kept = sorted(found, reverse=True)[:NEWEST]
    return Match({pk: found[pk] for pk in kept}, is_cut=len(found) > NEWEST, words=words)


def _ground(member: Member, query: Query, narrowed: Narrowed) -> Ground:
    others = any(one.key != "org" for one in query.filters)
    return Ground(
        tickets=tickets_visible_to(member).filter(narrowed.condition),
        organisations=narrowed.organisations,
        narrowed=others or not member.may("ticket.read_organisation"),
        staff=member.is_staff,
    )


def _plain(ground: Ground, newest: int | None) -> dict[int, float]:
    """Filters without words: the newest that they leave, all equally good."""
    return dict.fromkeys(ground.newest(NEWEST + 1, below=newest), 0.0)


def _alike(ground: Ground, query: Query, newest: int | None) -> dict[int, float]:
    """Tickets of such a number, or whose requester is called something like it."""
    found: dict[int, float] = {}
    for condition, rank in ((_numbered(ground, query), BY_NUMBER), (_named(ground, query), BY_NAME)):
        if condition is not None:
            tickets = ground.tickets.filter(condition)
            tickets = tickets if newest is None else tickets.filter(pk__lte=newest)
            for pk in tickets.order_by(NEWEST_FIRST).values_list("pk", flat=True)[: NEWEST + 1]:
                found[pk] = max(rank, found.get(pk, 0))
    return found


def _numbered(ground: Ground, query: Query) -> Q | None:
    reference, number = reference_of(query), number_of(query)
    if reference is not None:
        alike = statements.keys_alike(reference[0], organisations=ground.organisations)
        return Q(number=reference[1], organisation_id__in=alike) if alike else None
    return Q(number=number) if number is not None else None


def _named(ground: Ground, query: Query) -> Q | None:
    name = query.words
    if len(name) < SHORTEST_NAME or not any(letter.isalpha() for letter in name) or reference_of(query):
        return None
    people = statements.people_alike(name, organisations=ground.organisations)
    if not people:
        return None
    # Both, because the index of requesters leads with the organisation.
    return Q(requester_id__in=[pk for pk, _ in people], organisation_id__in={of for _, of in people})


def page_key(key: Key, *, newest: int) -> str:
    """The address of what comes after a result: its rank and id, and the newest ticket that counted."""
    return f"{key[0]!r}~{key[1]}~{newest}"


def read_key(text: str) -> tuple[Key, int]:
    """The opposite of `page_key`. Raises `BadQuery` for a damaged one."""
    try:
        rank, pk, newest = text.split("~")
        key = (float(rank), int(pk)), int(newest)
    except ValueError as error:
        raise BadQuery(DAMAGED) from error
    if not (abs(key[0][0]) < 1e6 and max(abs(key[0][1]), abs(key[1])) < 2**63):
        raise BadQuery(DAMAGED)
    return key
