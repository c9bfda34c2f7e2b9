"""The ticket that its bench shows has a long conversation, had through the operations."""

from bench import ticket
from bench.loading import AT
from helpdesk.demo.bulk import Size, load_desk
from helpdesk.lib.tenancy import system_scope
from tickets.models import EntryKind, Ticket


def test_the_ticket_that_is_measured_has_its_messages_once(db, monkeypatch):
    monkeypatch.setattr(ticket, "MESSAGES", 10)
    load_desk(Size(organisations=1, open=8, lives=8), at=AT, progress=str)
    with system_scope("as the bench prepares it"):
        path = ticket.long_ticket()
        entries = Ticket.objects.get(public_id=path.split("/")[2]).timeline.order_by("pk")
        kinds = [kind for kind in entries.values_list("kind", flat=True) if kind in (EntryKind.REPLY, EntryKind.NOTE)]
        assert kinds[-10:] == [*[EntryKind.REPLY] * 4, EntryKind.NOTE] * 2
        before = entries.count()
        assert (ticket.long_ticket(), entries.count()) == (path, before)
