"""Who may write by mail: known and believed people, and strangers for whom a verified domain vouches."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.accounts.models import Membership, User
from helpdesk.accounts.operations import add_client, add_domain
from helpdesk.accounts.operations.domains import settle_domain
from helpdesk.lib.actors import SYSTEM
from helpdesk.notifications.models import AccountNotice, Notice
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.threads import reply_address as address_of
from helpdesk.notifications.threads import thread_id
from tests.support import actor_of, colombo
from tickets.models import MailMessage, RawMail, Ticket, TimelineEntry, Watcher
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail
from tickets.operations.inbound.triage import block_mail
from tickets.operations.status import resolve

MX = "mx.ravingcrm.example"
AT, HOUR = colombo("2026-11-16 10:00"), timedelta(hours=1)


@pytest.fixture
def arrives(everything, settings):
    """`arrives("x@acme.org", proof="pass")`: with what our mail server says of it; returns the row once it is read."""
    settings.MAIL_AUTHENTICATORS = [MX]
    count = iter(range(100))

    def take(
        sender: str, *, proof: str = "", name: str = "", at: datetime = AT, text: str = "", **headers: str
    ) -> RawMail:
        mail, number = EmailMessage(), next(count)
        if proof:
            mail["Authentication-Results"] = f"{MX}; dmarc={proof} header.from={sender.rpartition('@')[2]}"
        mail["From"] = f"{name} <{sender}>" if name else sender
        given = {"To": "support@ravingcrm.example", "Subject": f"No {number}", "Message-ID": f"<{number}@x>", **headers}
        for field, value in given.items():
            mail[field] = value
        mail.set_content(f"Text {number}.\n\n{text}")
        row = receive_mail(raw=mail.as_bytes(), channel="smtp", mail_from=sender, at=at)
        process_mail(mail_id=row.pk, at=at)
        return RawMail.objects.get(pk=row.pk)

    return take


def became(row: RawMail) -> tuple[str, str, str]:
    return (row.state, row.outcome, row.reason)


def test_a_verified_domain_vouches_for_a_proven_stranger_and_for_nobody_else(world, arrives, settings):
    admin = actor_of(world.admin)
    domain = add_domain(organisation=world.acme, domain="acme.org", actor=admin)
    assert became(arrives("carla@acme.org", proof="pass")) == ("quarantined", "", "unknown_sender"), "not verified yet"
    settle_domain(domain=domain, found=True)
    assert became(arrives("carla@acme.org")) == ("quarantined", "", "unproven_sender")
    assert became(arrives("carla@acme.org", proof="fail")) == ("quarantined", "", "spoofed")
    assert became(arrives("carla@acme.org", proof="pass", **{"Auto-Submitted": "auto-replied"})) == (
        "done", "dropped", "automatic",
    )  # fmt: skip
    assert became(arrives("news@acme.org", proof="pass", **{"List-Id": "<n.acme.org>"}))[2] == "unknown_sender"
    assert became(arrives("eve@acme.org.evil.org", proof="pass"))[2] == "unknown_sender"
    assert not User.objects.filter(email__endswith="acme.org").exists()
    for person in (world.alice, world.bob):
        person.is_active = False
        person.email = f"{person.name.lower()}@acme.org"
        person.save()
        assert became(arrives(person.email, proof="pass"))[2] == "unknown_sender", "who was sent away stays away"
    row = arrives("carla@eu.acme.org", proof="pass", name="Carla Perera")
    ticket, made = Ticket.objects.get(), Membership.objects.get(user__email="carla@eu.acme.org")
    assert (row.outcome, row.reference, ticket.requester) == ("opened", ticket.reference, made.user)
    assert (made.organisation, made.role, made.is_confirmed, made.user.name) == (
        world.acme, "user", False, "Carla Perera",
    )  # fmt: skip
    assert arrives("carla@eu.acme.org", proof="pass").outcome == "opened"
    assert Notice.objects.filter(event="acknowledgement").count() == 1
    settings.MAIL_AUTHENTICATORS, settings.MAIL_TRUST_FROM = [], True
    assert became(arrives("dora@acme.org"))[2] == "unproven_sender", "a stranger is never taken at their word"
    settings.MAIL_AUTHENTICATORS = [MX]
    assert block_mail(mail_id=arrives("spam@acme.org").public_id, actor=admin).state == "blocked"
    assert became(arrives("spam@acme.org", proof="pass"))[0] == "blocked"
    world.acme.is_active = False
    world.acme.save()
    assert became(arrives("dora@acme.org", proof="pass"))[2] == "unknown_sender"
    assert Ticket.objects.count() == 2


def test_an_address_is_taken_at_its_word_only_where_the_settings_say_so(world, arrives, settings):
    settings.MAIL_AUTHENTICATORS, settings.MAIL_TRUST_FROM = [], False
    assert became(arrives(world.alice.email)) == ("quarantined", "", "unproven_sender")
    settings.MAIL_TRUST_FROM = True
    assert arrives(world.alice.email).outcome == "opened"


def test_a_forged_mail_gets_no_answer_moves_nothing_and_waits(world, arrives, submit):
    ticket = submit()
    mails, entries = Notice.objects.count() + AccountNotice.objects.count(), TimelineEntry.objects.count()
    root = thread_id(organisation_id=ticket.organisation_id, number=ticket.number)
    ways = ({}, {"In-Reply-To": f"<{root}>"}, {"Subject": f"[{ticket.reference}] P1: urgent"}, {"List-Id": "<a.b>"})
    for way in ways:
        assert became(arrives(world.alice.email, proof="fail", **way)) == ("quarantined", "", "spoofed")
    away = {"Auto-Submitted": "auto-replied", "In-Reply-To": f"<{root}>"}
    assert became(arrives(world.alice.email, proof="fail", **away)) == ("done", "dropped", "automatic")
    assert Notice.objects.count() + AccountNotice.objects.count() == mails
    assert TimelineEntry.objects.count() == entries


def test_a_token_that_is_not_whole_or_of_another_purpose_is_none_and_another_organisations_moves_nothing(
    world, arrives, submit
):
    own, theirs = submit(), submit(organisation=world.globex, requester=world.bob)
    resolve(ticket=theirs, actor=actor_of(world.agent), message="Mended.", at=AT)
    entries = TimelineEntry.objects.filter(ticket__in=(own, theirs)).count()

    def token(ticket, purpose, person) -> str:
        return (
            address_of(
                purpose=purpose, organisation_id=ticket.organisation_id, number=ticket.number, recipient=person.email
            )
            .partition("@")[0]
            .partition("+")[2]
        )

    thread = thread_id(organisation_id=own.organisation_id, number=own.number).partition("@")[0]
    whole = token(own, Purpose.REPLY, world.alice)
    damaged = [whole[:-1], whole[:24], f"{whole}a", f"a{whole}", "", "a" + whole[1:], thread]
    foreign = [token(theirs, purpose, world.alice) for purpose in (Purpose.REPLY, Purpose.NOTE, Purpose.ANSWER)]
    foreign += [
        token(theirs, Purpose.REPLY, world.bob),
        thread_id(organisation_id=world.globex.pk, number=theirs.number),
    ]
    for number, one in enumerate([*damaged, *foreign]):
        address = f"support+{one.partition('@')[0]}@ravingcrm.example"
        ways = {"To": address}, {"Cc": address}, {"X-Original-To": address}, {"text": f"> ref:{one}"}
        row = arrives(world.alice.email, proof="pass", at=AT + number * HOUR, **ways[number % 4])
        assert (row.outcome, row.reference in (own.reference, theirs.reference)) == ("opened", False), one
    assert TimelineEntry.objects.filter(ticket__in=(own, theirs)).count() == entries
    theirs.refresh_from_db()
    assert theirs.state == "resolved"
    assert arrives(world.alice.email, proof="pass", To=f"support+{whole.upper()}@ravingcrm.example").reference == (
        own.reference
    )


def test_colleagues_in_copy_follow_a_proven_persons_ticket_and_nobody_else_does(world, arrives, signed_in):
    """CVE-2024-49193: a mail that has the number right brings its sender nothing that is said on the ticket."""
    copies = f"Amara <{world.amara.email.upper()}>, {world.bob.email}, x@y.org, support+abc@ravingcrm.example"
    to = f"support@ravingcrm.example, {world.alice.email}"
    row = arrives(world.alice.email, proof="pass", To=to, Cc=copies)
    ticket = Ticket.objects.get()
    assert [one.member for one in Watcher.objects.filter(ticket=ticket)] == [world.amara]
    assert MailMessage.objects.get(raw_pk=row.pk).copied == [world.bob.email, "x@y.org"]
    address = reverse("tickets:detail", args=[ticket.public_id])
    shown = [signed_in(one).get(address).content.decode() for one in (world.agent, world.alice)]
    assert ["In copy of a mail" in page for page in shown] == [True, False]
    dora = add_client(organisation=world.acme, email="dora@acme.example", name="Dora", role="user", actor=SYSTEM)
    for proof, sender in (("pass", dora), ("", world.alice), ("fail", world.alice)):
        tagged = {
            "Subject": f"Re: [{ticket.reference}] x",
            "Cc": dora.email if sender == world.alice else "eve@acme.example",
        }
        arrives(sender.email, proof=proof, at=AT + HOUR, **tagged)
    add_client(organisation=world.acme, email="eve@acme.example", name="Eve", role="user", actor=SYSTEM)
    arrives(dora.email, proof="pass", at=AT + 2 * HOUR, Subject=f"Re: [{ticket.reference}] x", Cc="eve@acme.example")
    assert Watcher.objects.filter(ticket=ticket).count() == 1, "who does not take part brings nobody in"
    assert arrives(world.alice.email, proof="pass", at=AT + 3 * HOUR, Subject=f"[{ticket.reference}]", Cc=dora.email)
    assert set(Watcher.objects.values_list("member_id", flat=True)) == {world.amara.pk, dora.pk}


def test_reading_a_mail_asks_the_database_as_often_whatever_came_before_and_the_desk_says_what_is_believed(
    world, arrives, signed_in, settings
):
    def statements(place: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert arrives(world.alice.email, proof="pass", at=AT + place * HOUR).outcome == "opened"
        return len(asked)

    few = statements(0)
    for place in range(1, 12):
        statements(place)
    assert few <= 68, "with taking it in, and the test's own looks"
    assert statements(12) < few, "the first also reads versions that are kept"
    settings.MAIL_AUTHENTICATORS = []
    address, browser = reverse("settings:mails"), signed_in(world.admin)
    for believes, said in ((True, "can write in their name"), (False, "mail waits here for a person")):
        settings.MAIL_TRUST_FROM = believes
        assert said in browser.get(address).content.decode()
    settings.MAIL_AUTHENTICATORS = [MX]
    assert "mail server of ours" not in browser.get(address).content.decode()
