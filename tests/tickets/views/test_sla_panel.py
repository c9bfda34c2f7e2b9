"""The panel beside a ticket: what falls due next, in both zones, and to whom, as far as the reader may know."""

import pytest

pytestmark = pytest.mark.usefixtures("everything", "monday")


def test_the_page_tells_the_next_step_in_both_zones(submit, world, signed_in):
    ticket = submit("P1", "2026-11-16 10:00")
    world.alice.time_zone = "Europe/Berlin"
    world.alice.save(update_fields=["time_zone"])
    page = signed_in(world.alice).get(ticket.path).content.decode()
    assert "Nobody has answered by then" in page
    assert "It then goes to level 2, Account Manager." in page
    assert "Tue 17 Nov 2026, 10:00 (Colombo)" in page.partition('id="next-step"')[2].partition("</div>")[0]
    assert "Malini" not in page
    staff = signed_in(world.agent).get(ticket.path).content.decode()
    assert "Told then: Nimal (Support Team, level 1)" in " ".join(staff.split())
