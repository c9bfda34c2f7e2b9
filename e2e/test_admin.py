"""The admin's journey: holidays, people, the matrix, the audit log and the outbox."""

import pytest

from e2e.conftest import Visit
from e2e.steps import answered, opened
from e2e.visitor import Way


@pytest.mark.parametrize(("way", "day"), [("pointer", "2031-06-03"), ("keyboard", "2031-06-04")])
def test_an_admin_keeps_holidays_people_and_the_record(visit: Visit, way: Way, day: str) -> None:
    ticket = opened(f"The mail that was sent ({way})")
    answered(ticket, "Read this mail.")
    me = visit("admin", way)
    tabs = me.page.get_by_role("navigation", name="Settings")
    me.go("/")
    me.follow("Settings", within=me.page.get_by_role("navigation", name="Main"))
    me.follow("Calendars", within=tabs)
    me.follow("Sri Lanka support hours")
    me.follow("Add a day")  # past the days of the year
    me.fill("Date", day)
    me.fill("Name", f"A day off ({way})")
    me.tick("Mercantile")
    me.fill("Source", "A gazette")
    me.press("Add the holiday")
    me.reads_soon("Waits for a decision")
    me.press("Confirm the edit")
    me.reads_soon("every running clock is counted by it")
    me.follow("Back to the calendar")
    me.reads(f"A day off ({way})")

    me.follow("People", within=tabs)
    me.follow("Invite a client")
    me.fill("Name", "Nadia New")
    me.fill("E-mail address", f"nadia.{way}@acme.example")
    me.choose("Organisation", "Acme")
    me.press("Send the invitation")
    me.reads(f"nadia.{way}@acme.example")

    me.follow("Escalation matrix", within=tabs)
    me.heading("Escalation matrix")
    me.follow("Audit log", within=tabs)
    me.follow("The vendor’s own")
    me.fill("Action", "calendar.")
    me.press("Show")
    me.reads(f"A day off ({way})")

    me.follow("Outbox", within=tabs)
    me.fill("Ticket", ticket.reference)
    me.press("Show")
    me.reads_soon("Sent", within=me.row(ticket.reference))
