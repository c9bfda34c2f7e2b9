"""Subscribing to the status page by mail: a link confirms it, only what was chosen is told, one click ends it."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest

from e2e.conftest import Visit
from e2e.steps import everywhere, person
from e2e.visitor import Visitor
from status.models import Component, Incident
from status.operations.incidents import UpdateText, open_incident, retract_incident
from status.operations.public_notices import tell_subscribers

WANTED, OTHER = "Mails are late (for subscribers)", "The API is slow (for subscribers)"


@pytest.fixture
def tell() -> Iterator[None]:
    """Takes back afterwards what was told of the service."""
    yield
    with everywhere():
        for one in Incident.objects.filter(title__in=(WANTED, OTHER), retracted_at__isnull=True):
            retract_incident(incident=one, actor=person("agent"), reason="A rehearsal.")


def told_of(title: str, component: str) -> None:
    """The agent tells everybody of trouble; the banner stays silent, for others read their pages meanwhile."""
    with everywhere():
        levels = {Component.objects.get(name=component).pk: "degraded_performance"}
        update = UpdateText(phase="investigating", body="We look into it.", impacts=levels)
        open_incident(actor=person("agent"), title=title, update=update, in_app=False)
    tell_subscribers()


def link_in_mail(admin: Visitor, address: str, subject: str, path: str) -> str:
    """The link of this kind in the newest mail with this subject in the demo's outbox."""
    admin.go("/settings/outbox/accounts/")
    admin.reads_soon(subject)
    row = admin.row(address).filter(has_text=subject).first
    text = row.locator("details").first.text_content() or ""
    [link] = re.findall(rf"https?://\S+{path}\S+", text)
    return str(link)


@pytest.mark.usefixtures("tell")
def test_a_stranger_confirms_is_told_of_the_chosen_part_alone_and_ends_it_with_one_click(visit: Visit) -> None:
    address = f"{uuid4().hex[:12]}@newspaper.example"  # one address gets three links a day
    stranger, admin = visit(""), visit("admin")
    stranger.go("/status/")
    stranger.follow("Get updates by mail")
    stranger.fill("Your e-mail address", address)
    stranger.tick("Only what concerns the components chosen here")
    stranger.press("Send me the link to confirm")
    stranger.reads("Choose at least one component, or everything.")
    stranger.tick("E-mail")
    stranger.press("Send me the link to confirm")
    stranger.heading("Look into your mail")

    stranger.go(link_in_mail(admin, address, "Confirm that you want to be told", "/status/subscribe/"))
    admin.go("/settings/subscribers/")
    admin.reads("Not confirmed", within=admin.row(address))
    stranger.reads(address)
    stranger.press("Yes, tell me")
    stranger.reads("You are subscribed.")

    told_of(OTHER, "API")
    told_of(WANTED, "E-mail")
    ending = link_in_mail(admin, address, f"Investigating: {WANTED}", "/status/subscription/")
    assert OTHER not in admin.page.locator("main").inner_text()

    # What a mail program sends for its own button, with no page of ours (RFC 8058).
    answer = stranger.page.request.post(f"{ending}unsubscribe/", form={"List-Unsubscribe": "One-Click"})
    assert answer.ok
    stranger.go(ending)
    stranger.heading("This link leads nowhere")
    admin.go("/settings/subscribers/")
    admin.reads_nowhere(address)
