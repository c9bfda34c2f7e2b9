"""The agent's journey: from the queue to a ticket that is answered and resolved."""

import pytest

from e2e.conftest import Visit
from e2e.steps import opened
from e2e.visitor import WAYS, Way


@pytest.mark.parametrize("way", WAYS)
def test_an_agent_finds_a_ticket_in_the_queue_and_sees_it_through(visit: Visit, way: Way) -> None:
    subject = f"The invoice has no total ({way})"
    opened(subject, severity="P1")
    me = visit("agent", way)
    me.go("/")
    me.heading("Queue")
    filters = me.unfold("More filters")
    me.choose("Severity", "P1", within=filters)
    me.choose("Organisation", "Acme", within=filters)
    me.press("Show", within=filters)
    me.follow(subject)
    me.heading(subject)

    me.tick("Internal note")
    me.fill("Internal note", "Looks like the new rounding.")
    me.press("Keep the note")
    me.reads("Looks like the new rounding.")

    me.tick("Reply to the client")
    me.fill("Reply", "We are **on** it.")
    me.press("Preview")
    me.reads("Preview: nothing is sent yet.")
    me.attach("Files", "rounding.txt", "0.005")
    me.press("Send the reply")
    me.reads("rounding.txt")
    me.reads("met", within=me.section("What we promised"))

    severity = me.unfold("Change the severity")
    me.choose("New severity", "P2", within=severity)
    me.fill("Reason", "Only new invoices.", within=severity)
    me.press("Change it", within=severity)
    me.reads("Only new invoices.")

    holder = me.unfold("Assign")
    me.choose("Assignee", "Tharushi", within=holder)
    me.press("Assign", within=holder)
    me.reads("Tharushi Silva", within=me.section("Facts"))

    resolution = me.unfold("Resolve")
    me.fill("What was done", "Rounding is as before.", within=resolution)
    me.press("Resolve", within=resolution)
    me.reads("Rounding is as before.")
    me.reads("It can be reopened until")
