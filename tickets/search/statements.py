"""The statements of the search. Each reads under row-level security, and says in what order it must be read.

A word that stands in every tenth ticket and one that stands in three want opposite ways: the first is found soonest by
reading from the newest ticket back, the second by the index of words, which for the first would name every tenth row.
The planner cannot know which it has (two common words may never meet), so the way is stated: the newest `WINDOW`
tickets are read first, whatever the words; only when they do not hold enough, the index is asked for the rest. Where
filters, or being a client, leave some tickets only, those are named first, by their own indexes, and each is looked at
by its key. Without a LEAKPROOF `@@` the policy lets no index of words answer, and the rest is read through (ADR 12).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg2.errorcodes import QUERY_CANCELED

from helpdesk.lib.lookups import Ids
from tickets.models import EntryKind, SearchRow, Ticket
from tickets.operations.indexing import MESSAGES
from tickets.search.language import Term

NEWEST = 500
WINDOW = 10_000
MOST_LIKE = 10
READ_BODIES, READ_LETTERS = 30, 10_000  # of a ticket's conversation, for the piece that a result shows
SHOWN = [EntryKind.OPENED.value, *(kind.value for kind in MESSAGES)]
PATIENCE = "5s"
LIKENESS = "0.45"  # of a name to what was typed: one letter of five may be another
WEIGHTS = "{0.1, 0.3, 0.6, 1}"  # of notes, conversation, opening, subject
# As in the index, word for word; of staff. A client's match is asked of `public` besides, and ranked by it alone.
EVERYTHING = "(CASE WHEN s.everything IS NULL THEN s.public ELSE s.everything END)"
SETTINGS = "SELECT set_config('statement_timeout', %s, true), set_config('pg_trgm.word_similarity_threshold', %s, true)"
COMPILED = "SELECT ({all})::text, ({any})::text, numnode({all})"
TERM = "phraseto_tsquery('public.helpdesk', search_plain(%s))"
BEGINNING = "to_tsquery('public.helpdesk', %s)"
# `+ 0`: the order must not tempt the planner to walk all tickets for the sake of it; in a window it may.
WALKED, SORTED = "s.ticket_id", "s.ticket_id + 0"
HITS = """
    SELECT s.ticket_id, ts_rank(%(weights)s::float4[], {document}, %(words)s::tsquery)
    FROM (
        SELECT s.ticket_id FROM tickets_searchrow s {tickets}
        WHERE {conditions}
        ORDER BY {order} DESC LIMIT %(limit)s
    ) found JOIN tickets_searchrow s USING (ticket_id)
"""
LOOKED_AT = """
    SELECT t.id, found.rank
    FROM unnest(%(tickets)s::bigint[]) WITH ORDINALITY t (id, place),
         LATERAL (
            SELECT ts_rank(%(weights)s::float4[], {document}, %(words)s::tsquery) AS rank
            FROM tickets_searchrow s WHERE s.ticket_id = t.id AND {conditions} OFFSET 0
         ) found
    ORDER BY t.place LIMIT %(limit)s
"""
ALIKE = """
    SELECT u.id, m.organisation_id FROM accounts_user u JOIN accounts_membership m ON m.user_id = u.id
    WHERE m.organisation_id = ANY (%(organisations)s::bigint[])
      AND (%(name)s <%% u.name OR lower(u.email) = lower(%(name)s))
    ORDER BY lower(u.email) = lower(%(name)s) DESC, word_similarity(%(name)s, u.name) DESC, u.id LIMIT %(limit)s
"""
KEYS_ALIKE = """
    SELECT id FROM accounts_organisation
    WHERE id = ANY (%(organisations)s::bigint[]) AND similarity(key, %(key)s) >= 0.3
    ORDER BY similarity(key, %(key)s) DESC, key LIMIT 5
"""
NAMED = """
    SELECT key, name FROM accounts_organisation
    WHERE id = ANY (%(organisations)s::bigint[]) AND (%(name)s <%% name OR similarity(key, upper(%(name)s)) >= 0.5)
    ORDER BY word_similarity(%(name)s, name) DESC, key LIMIT 3
"""
# Of each ticket the message that holds most of the words, the newest of equals; the texts with their marks.
PIECES = r"""
    SELECT t.id, t.subject, ts_headline('public.helpdesk', search_plain(t.subject), q.words, q.marks), piece.body,
           ts_headline('public.helpdesk', search_plain(piece.body), q.words, q.marks)
    FROM (SELECT %(words)s::tsquery AS words,
                 E'HighlightAll=true, StartSel="\x01", StopSel="\x02"' AS marks) q,
         tickets_ticket t,
         LATERAL (
            SELECT left(translate(e.body, E'\x01\x02', ''), %(letters)s) AS body
            FROM (
                SELECT e.body, e.at, e.id FROM tickets_timelineentry e
                WHERE e.ticket_id = t.id AND e.kind = ANY (%(kinds)s) AND (e.is_public OR %(staff)s)
                ORDER BY e.at DESC, e.id DESC LIMIT %(bodies)s
            ) e
            ORDER BY ts_rank(search_words(left(e.body, %(letters)s)), q.words) DESC, e.at DESC, e.id DESC LIMIT 1
         ) piece
    WHERE t.id = ANY (%(tickets)s::bigint[])
"""


class TooSlow(Exception):
    """The search was given up: it would have read too much."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where is searched: the tickets that the member may see and that the filters leave.

    `narrowed` says whether they are fewer than all of the `organisations`.
    """

    tickets: QuerySet[Ticket]
    organisations: frozenset[int]
    narrowed: bool
    staff: bool

    def newest(self, many: int, *, below: int | None) -> list[int]:
        """The newest of the tickets by id, up to the ticket `below`; None: from the newest."""
        found = self.tickets if below is None else self.tickets.filter(pk__lte=below)
        # Within one organisation its numbers say the same, and an index has them.
        order = "-number" if len(self.organisations) == 1 else "-pk"
        return list(found.order_by(order).values_list("pk", flat=True)[:many])

    def newest_searched(self, many: int, *, below: int | None) -> list[int]:
        """The same of those with words; where all of one organisation's count, from an index alone."""
        if self.narrowed or len(self.organisations) > 1:
            return self.newest(many, below=below)
        rows = SearchRow.objects.filter(organisation_id__in=self.organisations)
        rows = rows if below is None else rows.filter(ticket_id__lte=below)
        return list(rows.order_by("-ticket_id").values_list("ticket_id", flat=True)[:many])


@dataclass(frozen=True)
class Words:
    """Free words as PostgreSQL compares them: all of them, and any of them; `is_empty` when all are too common."""

    all: str
    any: str
    is_empty: bool


@dataclass(frozen=True)
class Piece:
    """A result's texts, plain as stored and with the found words between \\x01 and \\x02."""

    subject: str
    marked_subject: str
    body: str
    marked_body: str


def compiled(terms: Sequence[Term]) -> Words:
    """The terms as queries of PostgreSQL's; at least one."""
    parts = [BEGINNING if term.begins else TERM for term in terms]
    typed = [_beginning(term.text) if term.begins else term.text for term in terms]
    text = COMPILED.format(all=" && ".join(parts), any=" || ".join(parts))
    ((every, some, nodes),) = _ask(text, [*typed, *typed, *typed])
    return Words(every, some, nodes == 0)


def _beginning(text: str) -> str:
    """`in-voi` as `in <-> voi:*`: the letters alone, so that nothing typed is an operator."""
    parts = "".join(mark if mark.isalnum() else " " for mark in text).split()
    return " <-> ".join([*parts[:-1], f"{parts[-1]}:*"])


def text_hits(words: Words, ground: Ground, *, below: int | None) -> dict[int, float]:
    """The newest tickets of the ground that hold all the words, with their ranks: one more than `NEWEST`, if there are.

    `below` is the newest ticket that counts; None: all do.
    """
    if ground.narrowed or len(ground.organisations) == 1:
        named = ground.newest_searched(WINDOW, below=below)
        found = _looked_at(words, ground, named)
        oldest = named[-1] if len(named) == WINDOW else None
    else:
        newest = ground.newest(1, below=below)
        oldest = newest[0] - WINDOW + 1 if newest else None
        found = _hits(words, ground, low=oldest, high=below) if oldest is not None else {}
    if oldest is None or len(found) > NEWEST:
        return found
    more = _hits(words, ground, low=None, high=oldest - 1)
    rest = sorted(more, reverse=True)[: NEWEST + 1 - len(found)]
    return found | {pk: more[pk] for pk in rest}


def _looked_at(words: Words, ground: Ground, tickets: Sequence[int]) -> dict[int, float]:
    """Of these tickets, the newest first, those that hold the words: each is looked at by its key, until enough do."""
    document, conditions, params = _common(words, ground)
    params["tickets"] = Ids(tickets).text
    return dict(_ask(LOOKED_AT.format(document=document, conditions=" AND ".join(conditions)), params))


def _hits(words: Words, ground: Ground, *, low: int | None, high: int | None) -> dict[int, float]:
    """Of the ground's tickets from `low` to `high` the newest that hold the words."""
    document, conditions, params = _common(words, ground)
    params |= {"low": low, "high": high}
    conditions += ["s.ticket_id >= %(low)s"] if low is not None else []
    conditions += ["s.ticket_id <= %(high)s"] if high is not None else []
    joined = ""
    if ground.narrowed:
        inner, given = ground.tickets.order_by().values_list("pk").query.sql_with_params()
        params |= {f"p{at}": value for at, value in enumerate(given)}
        joined = f"JOIN ({inner % tuple(f'%(p{at})s' for at in range(len(given)))}) t (id) ON t.id = s.ticket_id"
    order = SORTED if low is None else WALKED
    text = HITS.format(document=document, tickets=joined, conditions=" AND ".join(conditions), order=order)
    return dict(_ask(text, params))


def _common(words: Words, ground: Ground) -> tuple[str, list[str], dict[str, object]]:
    """What is ranked, what must hold, and the values of both: a client's match is asked of `public` besides."""
    params: dict[str, object] = {"words": words.all, "weights": WEIGHTS, "limit": NEWEST + 1}
    params["organisations"] = Ids(ground.organisations).text
    conditions = [f"{EVERYTHING} @@ %(words)s::tsquery", "s.organisation_id = ANY (%(organisations)s::bigint[])"]
    if len(ground.organisations) == 1:
        params["organisations"] = next(iter(ground.organisations))
        conditions[1] = "s.organisation_id = %(organisations)s"
    if ground.staff:
        return EVERYTHING, conditions, params
    return "s.public", [*conditions, "s.public @@ %(words)s::tsquery"], params


def people_alike(name: str, *, organisations: Collection[int]) -> list[tuple[int, int]]:
    """The people of these organisations whose name has something like it, or whose address it is, the likest first.

    Each as (person, organisation).
    """
    return _ask(ALIKE, {"name": name, "organisations": Ids(organisations).text, "limit": MOST_LIKE})


def organisations_named(name: str, *, organisations: Collection[int]) -> list[tuple[str, str]]:
    """Of these organisations those with such a name or key: (key, name), the likest first."""
    return _ask(NAMED, {"name": name, "organisations": Ids(organisations).text})


def keys_alike(key: str, *, organisations: Collection[int]) -> list[int]:
    """Of these organisations those whose key is like this one, by id."""
    return [pk for (pk,) in _ask(KEYS_ALIKE, {"key": key, "organisations": Ids(organisations).text})]


def pieces(words: Words, tickets: Collection[int], *, staff: bool) -> dict[int, Piece]:
    """What a result shows of these tickets, by ticket: of what the side may read, the message that fits best."""
    params = {"words": words.any, "tickets": Ids(tickets).text, "staff": staff}
    params |= {"kinds": SHOWN, "bodies": READ_BODIES, "letters": READ_LETTERS}
    return {pk: Piece(*texts) for pk, *texts in _ask(PIECES, params)}


@contextmanager
def time_limit() -> Iterator[None]:
    """Give up on a statement that takes too long: raises `TooSlow`, and the transaction goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS, [PATIENCE, LIKENESS])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
            raise
        raise TooSlow from error


def _ask(text: str, params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return list(cursor.fetchall())
