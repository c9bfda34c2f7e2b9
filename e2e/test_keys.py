"""Single keys on the queue and the ticket, the switch that turns them off, and a queue that keeps itself up to date."""

from playwright.sync_api import expect

from e2e.checking import check
from e2e.conftest import Visit
from e2e.steps import answered, assigned, opened, quiet_desk, resolved

BACK_AT_THE_TAB = "() => document.dispatchEvent(new Event('visibilitychange'))"


def test_single_keys_lead_through_the_queue_and_the_ticket(visit: Visit) -> None:
    for word in ("A key", "Another key"):
        opened(f"{word} for everything", severity="P4")
    me = visit("agent")
    me.go("/queue/?severity=P4&organisation=ACME")  # tickets on which nobody has a draft
    links, press = me.page.locator("main a.subject"), me.page.keyboard.press
    press("j")
    expect(links.nth(0)).to_be_focused()
    press("j")
    expect(links.nth(1)).to_be_focused()
    press("k")
    expect(links.nth(0)).to_be_focused()
    press("n")
    expect(me.page.get_by_label("Internal note").last).to_be_focused()
    me.page.keyboard.type("jo?")
    expect(me.page.get_by_label("Internal note").last).to_have_value("jo?")
    me.page.locator("h1").click()
    press("a")
    expect(me.page.get_by_label("Assignee")).to_be_focused()
    me.page.locator("h1").click()
    press("e")
    expect(me.page.get_by_label("What was done")).to_be_focused()
    me.page.locator("h1").click()
    press("r")
    expect(me.page.get_by_label("Reply", exact=True)).to_be_focused()
    me.page.locator("h1").click()
    press("/")
    expect(me.page.get_by_label("Search tickets")).to_be_focused()


def test_the_list_of_keys_can_turn_them_off_for_good(visit: Visit) -> None:
    me = visit("agent")
    me.go("/queue/")
    me.page.keyboard.press("?")
    keys = me.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    check(me.page)
    keys.get_by_label("Turn single keys off").check()
    me.page.keyboard.press("Escape")
    me.go("/queue/")
    me.page.keyboard.press("j")
    expect(me.page.locator("main a.subject").first).not_to_be_focused()


def test_the_queue_changes_in_place_and_keeps_what_is_new_behind_a_button(visit: Visit) -> None:
    seen, gone = opened("Stays where it is", severity="P1"), opened("Goes meanwhile", severity="P1")
    me = visit("agent")
    me.go("/queue/?severity=P1&organisation=ACME")
    row = me.page.get_by_role("row", name="Stays where it is")
    expect(row).to_contain_text("First response")
    answered(seen, "We are on it.")
    resolved(gone, "Done.")
    opened("Comes meanwhile", severity="P1")
    me.page.evaluate(BACK_AT_THE_TAB)
    expect(row).not_to_contain_text("First response")
    notice = me.page.locator("#live")
    expect(notice).to_contain_text("1 new, 1 gone")
    expect(me.page.get_by_role("row", name="Goes meanwhile")).to_be_visible()
    check(me.page)
    notice.get_by_role("button", name="Show it").click()
    expect(me.page.get_by_role("row", name="Comes meanwhile")).to_be_visible()
    expect(me.page.get_by_role("row", name="Goes meanwhile")).to_be_hidden()
    expect(notice).to_be_empty()


def test_the_queue_and_a_ticket_tell_of_a_change_within_three_seconds(visit: Visit) -> None:
    quiet_desk()  # elsewhere other tests make changes, and a page rests between two looks
    seen = opened("Heard of at once", by="quiet client")
    queue, ticket = visit("quiet agent"), visit("quiet second agent")
    queue.go("/queue/")
    ticket.go(seen.path)
    for me in (queue, ticket):
        me.until("changes.areHeard")
    answered(seen, "We are on it.", by="quiet agent")
    row = queue.page.get_by_role("row", name="Heard of at once")
    expect(row).not_to_contain_text("First response", timeout=3000)
    expect(ticket.page.locator("#presence")).to_contain_text("1 thing has happened", timeout=3000)
    inbox = queue.page.locator(".inbox-link")
    before = inbox.inner_text()
    assigned(seen, "quiet agent", by="quiet second agent")
    expect(inbox).not_to_have_text(before)
