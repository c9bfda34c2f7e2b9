"""Keeping what the search reads: one statement makes the words of tickets anew from the tickets and their messages."""

from collections.abc import Collection
from typing import Any

from django.db import connection

from helpdesk.lib.tenancy import system_scope
from tickets.models import EntryKind, Ticket

# What people have written to each other; the record's own sentences ("Assigned to …") are in no one's search.
MESSAGES = (
    EntryKind.REPLY,
    EntryKind.NOTE,
    EntryKind.RESUMED,
    EntryKind.SEVERITY,
    EntryKind.RESOLVED,
    EntryKind.WITHDRAWN,
    EntryKind.REOPENED,
    EntryKind.RATED,
    EntryKind.PLANNED,
    EntryKind.HANDED,
)
CHUNK = 500
REASON = "the words of every organisation's tickets are made anew"
# A tsvector holds 1 MB at most, and one that is longer would fail the reply that makes it so. Of four-byte letters in
# words of two these lengths still fit; the newest messages come first, so that it is the oldest that are left out.
LONGEST: dict[str, Any] = {"opening": 80_000, "public": 80_000, "internal": 50_000}
# For each of {tickets}, which has the columns of a ticket under the key {key}: the key, and the words of either side.
# The weights rank: the subject, the opening, the conversation, notes.
DOCUMENT = """
    SELECT t.{key}, t.public, CASE WHEN t.internal <> '' THEN t.public || t.internal END
    FROM (
        SELECT t.{key},
               setweight(search_words(t.subject), 'A')
                   || setweight(search_words(left(
                          concat_ws(E'\\n', t.description, t.steps, t.affected_users, t.since), %(opening)s)), 'B')
                   || setweight(search_words(left(coalesce(m.public, ''), %(public)s)), 'C') AS public,
               setweight(search_words(left(coalesce(m.internal, ''), %(internal)s)), 'D') AS internal
        FROM {tickets} t
        LEFT JOIN LATERAL (
            SELECT string_agg(e.body, E'\\n' ORDER BY e.at DESC) FILTER (WHERE e.is_public) AS public,
                   string_agg(e.body, E'\\n' ORDER BY e.at DESC) FILTER (WHERE NOT e.is_public) AS internal
            FROM {entries} e WHERE e.{entry_key} = t.{key} AND e.kind = ANY (%(messages)s)
        ) m ON true
        OFFSET 0
    ) t
"""
REFRESH = """
    INSERT INTO tickets_searchrow (ticket_id, organisation_id, public, everything)
    SELECT made.id, t.organisation_id, made.public, made.everything
    FROM ({document}) AS made (id, public, everything) JOIN tickets_ticket t USING (id)
    ON CONFLICT (ticket_id) DO UPDATE SET public = excluded.public, everything = excluded.everything
"""
PARAMETERS: dict[str, Any] = {**LONGEST, "messages": [kind.value for kind in MESSAGES]}


def document(*, tickets: str, entries: str, key: str, entry_key: str) -> str:
    """The statement of `DOCUMENT` over these tables (names of our own, never input); it takes `PARAMETERS`."""
    return DOCUMENT.format(tickets=tickets, entries=entries, key=key, entry_key=entry_key)


def refresh_search(*, tickets: Collection[int]) -> None:
    """Make the words of these tickets (database ids) anew, in the caller's transaction and scope."""
    chosen = "(SELECT * FROM tickets_ticket WHERE id = ANY (%(tickets)s))"
    words = document(tickets=chosen, entries="tickets_timelineentry", key="id", entry_key="ticket_id")
    with connection.cursor() as cursor:
        cursor.execute(REFRESH.format(document=words), {**PARAMETERS, "tickets": list(tickets)})


def refresh_all_search() -> int:
    """Make the words of every organisation's tickets anew, some hundreds a transaction; returns how many tickets.

    A chunk's tickets are locked meanwhile, as every verb locks its own: no verb's newer words are overwritten by older.
    """
    done, last = 0, 0
    while True:
        with system_scope(REASON):
            rows = Ticket.objects.filter(pk__gt=last).order_by("pk").select_for_update(no_key=True)
            found = list(rows.values_list("pk", flat=True)[:CHUNK])
            if not found:
                return done
            refresh_search(tickets=found)
        done, last = done + len(found), found[-1]
