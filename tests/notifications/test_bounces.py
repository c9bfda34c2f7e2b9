"""Mails that come back: the address gets no more until an admin says so, with a reason."""

from smtplib import SMTPRecipientsRefused

import pytest
from anymail.exceptions import AnymailRecipientsRefused

from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import AccountNotice, DeliveryState, Notice, Suppression
from helpdesk.notifications.operations import lift_suppression, queue_account_notice, record_bounce
from helpdesk.notifications.sending import deliver_due
from tests.support import actor_of

ALICE, AMARA = "alice@acme.example", "amara@acme.example"
GONE = {"status": "5.1.1", "detail": "no such user\r\nhere", "permanent": True}


@pytest.fixture
def sent(queue, provider) -> Notice:
    queue(ALICE, audience=Audience.CLIENT, entry_id=None)
    deliver_due()
    return Notice.objects.get(recipient=ALICE)


def test_a_mail_that_comes_back_is_marked_and_its_address_gets_no_more(sent, queue, provider):
    assert record_bounce(message_id=sent.message_id, recipient=ALICE.upper(), **GONE) == sent
    sent.refresh_from_db()
    assert (sent.state, sent.last_error) == (DeliveryState.BOUNCED, "5.1.1 no such user here")
    first = sent.bounced_at
    entry = AuditEntry.objects.get(action="mail.bounce")
    assert (entry.subject, entry.data["recipient"]) == ("ACME-1", ALICE)
    assert record_bounce(message_id=sent.message_id, recipient=ALICE, **GONE) == sent, "the same report again"
    assert Notice.objects.get(pk=sent.pk).bounced_at == first
    assert AuditEntry.objects.filter(action="mail.bounce").count() == 1
    queue(ALICE, key="ACME-1:later")
    queue(AMARA, key="ACME-1:later")
    deliver_due()
    assert Notice.objects.get(recipient=ALICE, key__startswith="ACME-1:later").state == DeliveryState.SUPPRESSED
    assert provider.accepted[-1].to == [AMARA]


def test_what_may_pass_is_counted_and_suppresses_nobody(sent):
    for _ in range(3):
        record_bounce(message_id=sent.message_id, recipient=ALICE, permanent=False, status="4.2.2", detail="full")
    sent.refresh_from_db()
    assert (sent.state, sent.soft_bounces, sent.last_error) == (DeliveryState.SENT, 3, "4.2.2 full")
    assert not Suppression.objects.exists()


def test_a_complaint_suppresses_although_the_mail_arrived(sent):
    record_bounce(message_id=sent.message_id, recipient=ALICE, permanent=True, complaint=True)
    assert Notice.objects.get(pk=sent.pk).state == DeliveryState.SENT
    assert Suppression.objects.get().reason.startswith("its owner")


def test_nobody_is_suppressed_by_a_report_about_a_mail_that_we_have_not_sent(sent):
    """Anybody can write a report; the Message-ID is what they cannot know."""
    for message_id in ("", "<>", "made-up@mail.example", f"{sent.message_id[:-2]}>"):
        assert record_bounce(message_id=message_id, recipient=ALICE, **GONE) is None
    assert not Suppression.objects.exists()


def test_the_address_that_was_written_to_is_suppressed_not_one_behind_it(sent):
    record_bounce(message_id=sent.message_id, recipient="alice@private.example", **GONE)
    assert list(Suppression.objects.values_list("address", flat=True)) == [ALICE]


def test_a_mail_about_an_account_comes_back_too(everything, provider):
    queue_account_notice(recipient=ALICE, event="invitation", subject="Welcome", text="Come in.")
    deliver_due()
    mail = AccountNotice.objects.get()
    record_bounce(message_id=mail.message_id, recipient=ALICE, **GONE)
    assert AccountNotice.objects.get().state == DeliveryState.BOUNCED
    assert Suppression.objects.get().address == ALICE
    assert VendorAuditEntry.objects.filter(action="mail.bounce").exists()


def test_an_admin_lifts_it_with_a_reason_and_the_log_says_so(world, sent, queue, provider):
    record_bounce(message_id=sent.message_id, recipient=ALICE, **GONE)
    row, admin = Suppression.objects.get(), actor_of(world.admin)
    with pytest.raises(DomainError, match="Say why"):
        lift_suppression(suppression=row, reason=" ", actor=admin)
    with pytest.raises(Forbidden):
        lift_suppression(suppression=row, reason="Works.", actor=actor_of(world.agent))
    lift_suppression(suppression=row, reason="Their server works again.", actor=admin)
    entry = VendorAuditEntry.objects.get(action="suppression.lift")
    assert (entry.subject, entry.reason) == (ALICE, "Their server works again.")
    queue(ALICE, key="ACME-1:later")
    deliver_due()
    assert provider.accepted[-1].to == [ALICE]


def test_the_pages_warn_and_lift(world, sent, signed_in):
    record_bounce(message_id=sent.message_id, recipient=ALICE, **GONE)
    row, admin = Suppression.objects.get(), signed_in(world.admin)
    assert "1 address comes back" in admin.get("/settings/").text
    people = admin.get("/settings/people/?organisation=ACME").text
    assert people.count("Gets no mail: it came back") == 1
    page = admin.get("/settings/outbox/without-mail/")
    assert ALICE in page.text.replace("<wbr>", "")
    assert "5.1.1 no such user" in page.text
    assert "No address matches" in admin.get("/settings/outbox/without-mail/?q=nobody").text
    lift = f"/settings/outbox/without-mail/{row.pk}/lift/"
    refused = admin.post(lift, {"reason": ""})
    assert (refused.status_code, "Say why mail reaches" in refused.text) == (422, True)
    assert signed_in(world.agent).post(lift, {"reason": "x"}).status_code == 403
    assert signed_in(world.alice).get("/settings/outbox/without-mail/").status_code == 403
    assert admin.post(f"/settings/outbox/without-mail/{row.pk + 1}/lift/", {"reason": "x"}).status_code == 404
    assert admin.post(lift, {"reason": "Works."}, follow=True).status_code == 200
    assert "Mail reaches everybody" in admin.get("/settings/outbox/without-mail/").text
    assert "comes back" not in admin.get("/settings/").text


def test_an_admin_of_some_organisations_sees_the_addresses_of_theirs(world, sent, signed_in):
    with system_scope("the test narrows an admin"):
        world.narrow.role = "admin"
        world.narrow.save()
    record_bounce(message_id=sent.message_id, recipient=ALICE, **GONE)
    narrow = signed_in(world.narrow)
    assert "Mail reaches everybody" in narrow.get("/settings/outbox/without-mail/").text
    lift = f"/settings/outbox/without-mail/{Suppression.objects.get().pk}/lift/"
    assert narrow.post(lift, {"reason": "Works."}).status_code == 404


@pytest.mark.parametrize(
    ("error", "is_given_up"),
    [
        (SMTPRecipientsRefused({ALICE: (550, b"5.1.1 <alice@acme.example>: user unknown")}), True),
        (SMTPRecipientsRefused({ALICE: (550, b"No such user here")}), True),
        (AnymailRecipientsRefused("all refused"), True),
        (SMTPRecipientsRefused({ALICE: (554, b"5.7.1 Relay access denied")}), False),
        (SMTPRecipientsRefused({ALICE: (552, b"5.2.2 mailbox full")}), False),
    ],
    ids=repr,
)
def test_an_address_that_is_refused_while_we_send_gets_no_more_unless_the_fault_is_another(
    queue, provider, error, is_given_up
):
    queue(ALICE)
    provider.errors[ALICE] = error
    deliver_due()
    notice = Notice.objects.get()
    assert notice.state == DeliveryState.DEAD
    assert (notice.bounced_at is not None) is is_given_up
    assert list(Suppression.objects.values_list("address", flat=True)) == [ALICE] * is_given_up
    assert AuditEntry.objects.filter(action="mail.bounce").count() == is_given_up
