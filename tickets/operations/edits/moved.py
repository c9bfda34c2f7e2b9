"""Deadlines that an edit of a calendar or a policy moved: stored in few statements, and noted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from django.db import connection

from helpdesk.audit.operations import audit_row, record_all
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.live import Topic, changed
from helpdesk.lib.rows import Group, Row, insert_groups
from tickets.models import EntryKind, Ticket, TimelineEntry
from tickets.wording import CLOCK_NAMES

ORDER = """
    UPDATE tickets_ticket t SET queue_due_at = n.due FROM json_to_recordset(%s::json) AS n(id bigint, due timestamptz)
    WHERE t.id = n.id AND t.queue_due_at IS DISTINCT FROM n.due
"""


class Cause(Enum):
    """What was edited."""

    CALENDAR = "calendar"
    POLICY = "policy"

    @property
    def key(self) -> str:
        """Under which name the log has the version's id."""
        return f"{self.value}_version"

    def version(self, ticket: Ticket) -> int | None:
        """The id of the version that the ticket stands on now."""
        return ticket.calendar.current_version_id if self is Cause.CALENDAR else ticket.policy_version_id


@dataclass
class Moves:
    """What one batch says of its tickets; `write` inserts it."""

    at: datetime
    cause: Cause = Cause.CALENDAR
    notes: dict[tuple[tuple[str, ...], int | None], list[Row]] = field(default_factory=dict)  # by what they say
    audit: list[Row] = field(default_factory=list)

    def store(self, statement: str, rows: Sequence[Row]) -> None:
        """Update clocks by rows, as one document."""
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows, default=_plain)])

    def order(self, queue: Mapping[int, datetime | None]) -> None:
        """Put tickets into their new places in the queue."""
        rows = [{"id": pk, "due": due} for pk, due in queue.items()]
        with connection.cursor() as cursor:
            cursor.execute(ORDER, [json.dumps(rows, default=_plain)])

    def note(
        self, ticket_id: int, organisation_id: int, reference: str, kinds: Sequence[str], *, version: int | None
    ) -> None:
        """Say on a ticket, and in the log, which of its deadlines moved."""
        said = {self.cause.key: version}
        mine = {"organisation_id": organisation_id, "ticket_id": ticket_id}
        self.notes.setdefault((tuple(kinds), version), []).append(mine)
        row = audit_row(action="ticket.recompute", subject=reference, actor=SYSTEM, at=self.at, data=said)
        self.audit.append({"organisation_id": organisation_id, **row})

    def write(self) -> None:
        """Insert what was said, and tell open pages once it is committed."""
        groups = [Group(self._shared(kinds, version), rows) for (kinds, version), rows in self.notes.items()]
        insert_groups(TimelineEntry, groups)
        record_all(self.audit)
        changed(
            organisation_ids={row["organisation_id"] for group in groups for row in group.rows}, topic=Topic.TICKETS
        )

    def _shared(self, kinds: Sequence[str], version: int | None) -> Row:
        """What all tickets are told whose same deadlines moved."""
        return {
            "kind": EntryKind.DEADLINE_MOVED.value,
            "at": self.at,
            "actor_kind": SYSTEM.kind.value,
            "actor_name": SYSTEM.name,
            "is_public": True,
            "body": moved_words(kinds, self.cause),
            "data": {self.cause.key: version},
        }


def moved_words(kinds: Sequence[str], cause: Cause) -> str:
    """What a ticket says of its moved deadlines."""
    return f"The support {cause.value} changed: {', '.join(CLOCK_NAMES[kind] for kind in kinds)} moved later."


def _plain(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    assert isinstance(value, datetime)
    return value.isoformat()
