"""A mail as it goes out: whom it answers, where it is answered, and what it tells other machines."""

import re
from email.utils import parseaddr

from helpdesk.notifications.drafts import Audience
from helpdesk.notifications.models import Direction, MessageReference, Notice
from helpdesk.notifications.operations import record_message
from helpdesk.notifications.outgoing import message_of
from helpdesk.notifications.reply_address import Purpose
from helpdesk.notifications.sending import deliver_due
from helpdesk.notifications.threads import read_reply_address, read_reply_token, thread_id, was_sent_to
from tests.notifications.conftest import now

ALICE, AMARA = "alice@acme.example", "amara@acme.example"
FACTS = {"subject": "Invoices fail", "severity": "P2", "organisation": "Acme Trading", "author": "Nimal"}


def to_client(queue, event: str, address: str = ALICE, **more) -> Notice:
    given = {"key": f"ACME-1:client:{event}:1", "event": event, "template": event, "facts": FACTS}
    return queue(address, **{**given, "audience": Audience.CLIENT, **more})


def test_each_recipient_has_a_mail_and_a_reply_address_of_their_own(queue, provider):
    for address in (ALICE, AMARA):
        to_client(queue, "reply", address)
    deliver_due()
    assert [mail.to for mail in provider.accepted] == [[ALICE], [AMARA]]
    assert not any(mail.cc or mail.bcc for mail in provider.accepted)
    for mail, own, other in zip(provider.accepted, (ALICE, AMARA), (AMARA, ALICE), strict=True):
        token = read_reply_address(mail.reply_to[0])
        assert (token.purpose, token.number) == (Purpose.REPLY, 1)
        assert was_sent_to(token, own)
        assert not was_sent_to(token, other)
        assert other not in str(mail.message())
        in_text = re.findall(r"^ref:(\w+)$", mail.body, re.MULTILINE)
        assert [read_reply_token(one) for one in in_text] == [token]
        assert f"ref:{in_text[0]}" in mail.alternatives[0][0]


def test_staff_answer_with_a_note_and_to_the_client_at_another_address_only(queue, provider):
    queue("malini@ravingcrm.example", audience=Audience.STAFF)
    deliver_due()
    (mail,) = provider.accepted
    assert read_reply_address(mail.reply_to[0]).purpose is Purpose.NOTE
    named = [word for word in mail.body.split() if word.startswith("support+")]
    assert [read_reply_address(word).purpose for word in named] == [Purpose.ANSWER]
    assert "internal note" in mail.body


def test_a_mail_stands_in_its_ticket_s_thread(world, queue, provider, settings):
    """It answers the recipient's own last mail, and names the ticket's own id whatever a provider does to ours."""
    root = thread_id(organisation_id=world.acme.pk, number=1)
    first = to_client(queue, "acknowledgement")
    deliver_due()
    kept = {"organisation_id": world.acme.pk, "reference": "ACME-1", "at": now()}
    record_message(**kept, message_id="theirs@acme.example", direction=Direction.IN, address=ALICE)
    record_message(**kept, message_id="amaras@acme.example", direction=Direction.IN, address=AMARA)
    to_client(queue, "reply")
    deliver_due()
    acknowledged, answer = provider.accepted
    assert acknowledged.extra_headers["References"] == f"<{root}>" == acknowledged.extra_headers["In-Reply-To"]
    assert answer.extra_headers["In-Reply-To"] == "<theirs@acme.example>"
    assert answer.extra_headers["References"] == f"<{root}> {first.message_id} <theirs@acme.example>"
    assert acknowledged.subject == "[ACME-1] Invoices fail"
    assert answer.subject == f"Re: {acknowledged.subject}", "one subject, so that programs keep the thread together"
    sent = MessageReference.objects.filter(direction="out").order_by("id")
    assert next((f"<{row.message_id}>", row.notice_pk) for row in sent) == (first.message_id, first.pk)


def test_references_stay_short_and_fold(world, queue, provider):
    kept = {"organisation_id": world.acme.pk, "reference": "ACME-1", "at": now(), "direction": Direction.IN}
    for i in range(40):
        record_message(**kept, message_id=f"{i:02}-{'x' * 60}@acme.example", address=ALICE)
    to_client(queue, "reply")
    deliver_due()
    (mail,) = provider.accepted
    assert len(mail.extra_headers["References"].split()) == 20
    assert max(len(line) for line in mail.message().as_bytes().split(b"\n")) < 998


def test_what_a_machine_wrote_says_so_and_what_a_person_wrote_does_not(queue, provider, settings):
    def headers(notice: Notice) -> dict[str, str]:
        return message_of(notice).extra_headers

    acknowledged = headers(to_client(queue, "acknowledgement"))
    assert acknowledged["Auto-Submitted"] == "auto-replied"
    assert acknowledged["X-Auto-Response-Suppress"] == "All"
    written = headers(to_client(queue, "reply"))
    assert not {"Auto-Submitted", "X-Auto-Response-Suppress"} & set(written)
    told = headers(queue("agent@ravingcrm.example", event="client_reply", template="client_reply", facts=FACTS))
    assert told["Auto-Submitted"] == "auto-generated", "the colleague's mailbox must not answer it"
    assert {headers["X-Helpdesk-Instance"] for headers in (acknowledged, written, told)} == {settings.MESSAGE_ID_DOMAIN}
    assert told["List-Id"] == f"Tickets of ACME <acme.tickets.{settings.MESSAGE_ID_DOMAIN}>"
    assert told["List-Unsubscribe"] == f"<{settings.SITE_URL}/account/notices/>"
    assert "List-Id" not in acknowledged, "nobody can do without it"


def test_the_id_that_a_provider_gives_is_kept_too(queue, provider, monkeypatch):
    def rewrites(self, email_messages):
        for message in email_messages:
            message.anymail_status.message_id = "0100-provider@eu-west-1.amazonses.example"
        return len(email_messages)

    monkeypatch.setattr(provider, "send_messages", rewrites)
    notice = to_client(queue, "reply")
    deliver_due()
    kept = MessageReference.objects.filter(notice_pk=notice.pk).order_by("id").values_list("message_id", flat=True)
    assert list(kept) == [notice.message_id.strip("<>"), "0100-provider@eu-west-1.amazonses.example"]


def test_a_notice_about_no_ticket_has_no_thread(queue, provider):
    queue("x@acme.example", reference="canary")
    deliver_due()
    (mail,) = provider.accepted
    assert not mail.reply_to
    assert "References" not in mail.extra_headers


def test_the_reply_address_never_gets_mail(world, queue, provider, settings):
    """An address of our own with a token is our own: whoever uses it as theirs would mail us in a circle."""
    settings.REPLY_ADDRESS = "support@ravingcrm.example"
    mail = message_of(to_client(queue, "reply"))
    for i, address in enumerate((mail.reply_to[0], mail.reply_to[0].upper(), "support+x@ravingcrm.example")):
        queue(address, key=f"ACME-1:loop:{i}")
    deliver_due()
    assert {parseaddr(sent.to[0])[1] for sent in provider.accepted} == {ALICE}
    suppressed = Notice.objects.filter(key__startswith="ACME-1:loop")
    assert {(row.state, row.last_error) for row in suppressed} == {("suppressed", "our own inbound address")}
