"""Keeping a change that moves no clock: what stands beside a ticket, its timeline's entry and the audit row."""

from collections.abc import Mapping
from typing import Any

from helpdesk.audit.operations import record
from helpdesk.lib.live import Topic, changed
from tickets.models import Ticket, TimelineEntry
from tickets.operations.work import Work


def note_change(work: Work, *, action: str, data: Mapping[str, Any]) -> None:
    """Insert the entries noted so far, mark the ticket as changed, audit. Clocks and states stay as they are.

    Open pages are told, once it is committed. For changes whose entries the fold does not read; whatever moves clocks
    goes through `work.save`.
    """
    ticket = work.ticket
    TimelineEntry.objects.bulk_create(work.entries)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=work.at)
    record(
        organisation_id=ticket.organisation_id,
        action=action,
        subject=ticket.reference,
        actor=work.actor,
        at=work.at,
        data=dict(data),
    )
    changed(organisation_ids=[ticket.organisation_id], topic=Topic.TICKETS)
