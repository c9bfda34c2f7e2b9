"""A custom field from its definition to the ticket: the admin's, the client's and the agent's part."""

import pytest

from e2e.checking import check
from e2e.conftest import Visit
from e2e.steps import ticket_of
from e2e.visitor import Way


@pytest.mark.parametrize("way", ["keyboard", "without JavaScript"])
def test_a_field_is_defined_filled_in_and_changed(visit: Visit, way: Way) -> None:
    label = f"Serial number {way}"
    admin = visit("admin", way)
    admin.go("/settings/fields/")
    admin.follow("New field")
    admin.fill("Label", label)
    admin.choose("Kind", "Number")
    admin.tick("Clients see it on their tickets")
    admin.press("Save the field")
    admin.reads(label)
    admin.follow(label)
    admin.tick("Clients fill it in on the form of a new ticket")
    admin.press("Save the field")

    client = visit("client", way)
    client.go("/tickets/new/")
    client.fill("Subject", "The till is dead")
    client.fill("Description", "It does not start.")
    client.tick("P3", within=client.group("How severe is it?"))
    client.fill(label, "unknown")
    client.press("Submit the ticket")
    client.reads("Give a number, such as 12 or 3.5")
    if way == "keyboard":  # axe-core is a script itself
        check(client.page)
    client.fill(label, "4711")
    client.press("Submit the ticket")
    client.reads("4711", within=client.section("Facts"))

    agent = visit("agent", way)
    ticket = ticket_of(client.page)
    agent.go(ticket.path)
    changing = agent.unfold("Change what its fields say")
    agent.fill(label, "4712", within=changing)
    if way == "keyboard":
        check(agent.page)
    agent.press("Keep", within=changing)
    agent.reads("4712", within=agent.section("Facts"))
    client.go(ticket.path)
    client.reads(f"{label}: 4712 (was: 4711)")
