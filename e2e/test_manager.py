"""The account manager's journey: what climbed to them, and who has it."""

import pytest

from e2e.conftest import Visit
from e2e.steps import escalated, opened
from e2e.visitor import Way


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_an_account_manager_acknowledges_what_climbed_to_them(visit: Visit, way: Way) -> None:
    subject = f"Nobody can log in ({way})"
    escalated(opened(subject, severity="P1"), "The whole office waits.")
    me = visit("account manager", way)
    frame = me.page.get_by_role("navigation", name="Main")
    me.go("/")
    me.heading("clients")
    me.follow("Escalations", within=frame)
    rung = me.row(subject)
    me.reads("The whole office waits.", within=rung)
    me.follow(subject, within=rung)
    me.reads("Nobody has acknowledged it yet")
    me.follow("Escalations", within=frame)
    me.press("I have it", within=me.row(subject))
    me.heading("Escalations")
    me.reads_nowhere(subject)
    me.follow("All clients")
    me.heading("Escalations")
