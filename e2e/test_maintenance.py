"""A maintenance window's journey: too short a notice is said first, the slot is taken, and clients are told in time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from e2e.conftest import Visit
from e2e.visitor import WAYS, Way
from helpdesk.lib.clock import database_now

COLOMBO = ZoneInfo("Asia/Colombo")


@pytest.mark.parametrize("way", WAYS)
def test_an_admin_is_warned_takes_the_slot_and_clients_read_of_what_is_near(visit: Visit, way: Way) -> None:
    begins = database_now().astimezone(COLOMBO) + timedelta(hours=20)
    title = f"A newer mail server ({way})"
    admin = visit("admin", way)
    admin.go("/maintenance/")
    admin.follow("Plan maintenance")
    admin.fill("Title", title)
    admin.fill("It begins", f"{begins:%Y-%m-%d %H:%M}")
    admin.fill("It ends", f"{begins + timedelta(hours=2):%Y-%m-%d %H:%M}")
    admin.press("Publish it")
    admin.reads("allowed, but downtime WILL count.")
    admin.press("Take the first slot that qualifies")
    admin.press("Publish it")
    admin.heading(title)
    stranger = visit("client elsewhere", way)
    stranger.go("/status/")
    stranger.reads(title)

    near = f"Short work ({way})"
    admin.go("/maintenance/new/")
    admin.fill("Title", near)
    admin.fill("It begins", f"{begins:%Y-%m-%d %H:%M}")
    admin.fill("It ends", f"{begins + timedelta(hours=2):%Y-%m-%d %H:%M}")
    admin.press("Publish it")
    admin.press("Publish it anyway")
    admin.heading(near)
    client = visit("client", way)
    client.go("/tickets/")
    client.follow(near)
    client.reads("What we announced")

    fold = admin.unfold("Cancel it")
    admin.fill("Why", "It can wait.", within=fold)
    admin.press("Cancel it", within=fold)
    admin.reads("It can wait.")
