"""An admin changes what is promised: a draft, its examples, a refusal, what it would move, and the new version."""

import pytest

from e2e.conftest import Visit
from e2e.visitor import Way


@pytest.mark.parametrize(("way", "minutes"), [("pointer", "511 min"), ("keyboard", "509 min")])
def test_an_admin_edits_the_support_policy(visit: Visit, way: Way, minutes: str) -> None:
    me = visit("admin", way)
    me.go("/settings/")
    me.follow("Support policy", within=me.page.get_by_role("navigation", name="Settings"))
    # Alone by its whole name: that of one organisation begins so, too.
    me.hand.press(me.page.get_by_role("link", name="ravingCRM support policy", exact=True))
    me.follow("Edit the policy")
    critical = me.page.get_by_role("group", name="P1 Critical")
    me.fill("First response", "3 d", within=critical)
    me.press("Preview")
    me.reads("the first response would be due after the resolution’s limit")
    critical = me.page.get_by_role("group", name="P1 Critical")
    me.fill("First response", minutes, within=critical)
    me.press("Preview")
    me.reads("Friday, 16:59")
    me.fill("Why is it changed?", f"Agreed with our clients ({way})")
    me.press("Go on to what it would move")
    me.reads_soon("Waits for a decision")
    me.reads(f"Agreed with our clients ({way})")
    me.tick("New tickets and those that are open")
    me.press("Confirm the edit")
    me.reads_soon("running tickets are counted by it")
    me.follow("Back to the policy")
    me.reads(f"Agreed with our clients ({way})")
