"""Uptime's journey: one proposes what is left out, another approves it, and a client reads it and computes it again."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from e2e.conftest import Visit
from e2e.visitor import WAYS, Way
from status.conformance import run

OUTAGE = timedelta(days=9)  # ago: the demo's last one


@pytest.mark.parametrize("way", WAYS)
def test_two_people_exclude_and_a_client_computes_the_month_again(visit: Visit, way: Way) -> None:
    began = datetime.now(ZoneInfo("Asia/Colombo")) - OUTAGE
    proof = f"Notice 12 of the operator ({way})"
    admin = visit("admin", way)
    admin.go("/uptime/exclusions/")
    admin.follow("Propose one")
    admin.choose("Reason", "Force majeure")
    admin.fill("From", f"{began - timedelta(hours=1):%Y-%m-%d %H:%M}")
    admin.fill("To", f"{began + timedelta(hours=1):%Y-%m-%d %H:%M}")
    admin.fill("Evidence", proof)
    admin.press("Propose it")
    admin.reads("You proposed it: somebody else approves it.")
    address = admin.page.url

    manager = visit("account manager", way)
    manager.go(address)
    manager.press("Approve it")
    manager.reads("It is approved, and left out from now on.")

    client = visit("client", way)
    client.go(f"/status/uptime/{began:%Y-%m}/")
    client.reads("Notice 12 of the operator")
    link = client.page.get_by_role("link", name="JSON to compute again").get_attribute("href") or ""
    told = json.loads(client.page.request.get(link).text())
    assert [passed for _, passed, _ in run(told)] == [True] * len(told["cases"])
