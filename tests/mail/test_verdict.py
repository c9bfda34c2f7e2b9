"""Who speaks: bounces and robots are known by what they say of themselves, and humans are not taken for them."""

# ruff: noqa: E501 - a mail is read along its row

import pytest

from tests.mail.building import mail_of, multipart, part, raw_mail
from tests.mail.languages import LANGUAGES
from tests.mail.programs import PROGRAMS, forwarded
from tickets.mail.delivery import failures
from tickets.mail.parse import parse_mail
from tickets.mail.shapes import Failure, Own, Verdict
from tickets.mail.verdict import classify

OWN = Own(
    addresses=frozenset(["support@vendor.example"]),
    reply_domains=frozenset(["reply.vendor.example"]),
    instance="i-1",
    id_domains=frozenset(["reply.vendor.example"]),
)


def verdict(raw, mail_from=None):
    return classify(parse_mail(raw), OWN, mail_from=mail_from)


def said(subject, *headers, sender="anna@acme.example", body="Hello"):
    return raw_mail(body, *headers, head=f"From: {sender}\r\nTo: support@vendor.example\r\nSubject: {subject}\r\n")


@pytest.mark.parametrize("raw", [
    said("Hi", "X-Helpdesk-Instance: i-1"), said("Hi", sender="Support <SUPPORT@vendor.example>"), said("Hi", sender="abc@reply.vendor.example"),
    said("Hi", "Message-ID: <m1.abc@Reply.Vendor.example>"), said("Hi", "X-Helpdesk-Instance: i-1", "Auto-Submitted: auto-generated", sender="x@esp.example"),
])  # fmt: skip
def test_our_own_mail_is_known_even_where_its_sender_was_rewritten(raw):
    assert verdict(raw).verdict is Verdict.OWN


BOUNCED = "This is the mail system. I'm sorry to have to inform you that your message could not be delivered.\n\n<bert@other.example>: host mx.other.example said: 550 5.1.1 User unknown\n"
BOUNCES = {
    "postfix": said("Undelivered Mail Returned to Sender", sender="MAILER-DAEMON@mx.example (Mail Delivery System)", body=BOUNCED),
    "exim": said("Mail delivery failed: returning message to sender", "X-Failed-Recipients: bert@other.example", sender="Mail Delivery System <Mailer-Daemon@mx.example>"),
    "qmail": said("failure notice", sender="MAILER-DAEMON@mx.example", body="Hi. This is the qmail-send program.\n<bert@other.example>:\nSorry, no mailbox here by that name. (#5.1.1)"),
    "sendmail": said("Returned mail: see transcript for details", sender="Mail Delivery Subsystem <MAILER-DAEMON>", body="----- The following addresses had permanent fatal errors -----\n<bert@other.example>"),
    "exchange": said("Undeliverable: Printer", sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@other.example>", body=BOUNCED),
    "gmail": said("Delivery Status Notification (Failure)", sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>", body="Address not found\nYour message wasn't delivered to bert@other.example because the address couldn't be found"),
    "domino": said("DELIVERY FAILURE: User bert not listed", sender="Postmaster@other.example", body=BOUNCED),
    "a name alone": said("Rejected", sender="MAILER-DAEMON", body=BOUNCED),
    "delayed": said("Warning: message delayed 24 hours", sender="Mail Delivery System <postmaster@mx.example>", body="could not be delivered yet"),
    "german exchange": said("Unzustellbar: Drucker", sender="postmaster@kunde.example", body="Nicht zugestellt"),
    "japanese": said("配信不能: プリンター", sender="postmaster@other.example", body="配信できません"),
    "chinese": said("系统退信", sender="postmaster@other.example", body="无法投递"),
    "french": said("Non remis : Imprimante", sender="postmaster@client.example", body="n'a pas pu être remis"),
    "no subject that is known": said("Problem", sender="postmaster@mx.example", body=BOUNCED),
    "a null sender and a body": said("Hello again", "Return-Path: <>", sender="robot@mx.example", body=BOUNCED),
    "a complaint": mail_of(multipart("report", part("A complaint"), part("Feedback-Type: abuse\r\nOriginal-Rcpt-To: bert@other.example", "message/feedback-report"), params="; report-type=feedback-report")),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNCES)
def test_bounces_of_many_systems_are_known(name):
    assert verdict(BOUNCES[name]).verdict is Verdict.BOUNCE


ROBOTS = {
    "rfc 3834": said("Re: Printer", "Auto-Submitted: auto-replied"),
    "generated": said("Backup", "Auto-Submitted: auto-generated (failure)"),
    "precedence": said("Re: Printer", "Precedence: auto_reply"),
    "x-autoreply": said("Re: Printer", "X-Autoreply: yes"),
    "suppress": said("Re: Printer", "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
    "null sender": said("I am in the mountains", "Return-Path: <>"),
    "a read receipt": mail_of(multipart("report", part("Read"), part("Disposition: displayed", "message/disposition-notification"), params="; report-type=disposition-notification")),
    "out of office": said("Out of Office Re: Printer [ACME-12]"), "until": said("Out of the office until Monday"), "vacation": said("Vacation reply"),
    "auto": said("Auto: Re: Printer"), "away": said("Abwesenheitsnotiz Drucker"),
    "a robot in a bounce's clothes": said("Automatic reply: Undeliverable", sender="mailer-daemon@x.example"),
    **{f"away in {code}": said(words.away) for code, words in LANGUAGES.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
def test_automatic_answers_are_known_in_all_languages(name):
    assert verdict(ROBOTS[name]).verdict is Verdict.AUTO_REPLY


def test_a_null_sender_told_by_the_transport_is_one():
    assert verdict(said("Hello"), mail_from="<>").verdict is Verdict.AUTO_REPLY
    assert verdict(said("Hello"), mail_from="").reasons == ("null_sender",)
    assert verdict(said("Hello"), mail_from="anna@acme.example").verdict is Verdict.HUMAN


@pytest.mark.parametrize(
    "header",
    [
        "List-Id: <users.list.example>",
        "Precedence: bulk",
        "List-Unsubscribe: <mailto:x@list.example>",
        "Mailing-List: x",
    ],
)
def test_mail_to_many_is_told_as_a_list(header):
    assert verdict(said("News", header)).verdict is Verdict.LIST


HUMANS = [
    said("Mail delivery to our customers fails"), said("Undelivered goods"), said("Delivery failure of order 12", body="The parcel was not delivered"),
    said("Mailbox full, please help", body="Outlook says: mailbox full"), said("User unknown when signing in"), said("Re: Undelivered Mail Returned to Sender", body=BOUNCED),
    said("Fwd: Undeliverable: Printer", body=BOUNCED), said("Your mail was rejected", body=BOUNCED), said("Automatic reply does not work"), said("Re: Automatic reply: Printer"),
    said("Auto reply cannot be switched off"), said("Absence de réponse du serveur"), said("Отсутствует связь"), said("Out of paper"), said("On holiday the shop is closed"),
    said("Printer", "Auto-Submitted: no"), said("Printer", "X-Autoreply: no"), said("Printer", "Precedence: first-class"), said("Printer", "X-Priority: 1"),
    said("Fehler beim Drucken"), said("No se puede imprimir"), said("Impossible d'imprimer"), said("Не работает почта"), said("無法列印"),
    said("Returned item"), said("Abwesenheit in der Zeiterfassung falsch"), said("postmaster", sender="Postmaster <postmaster@acme.example>", body="Hello, please call me."),
    mail_of(multipart("mixed", part("I got this back"), part(BOUNCES["postfix"], "message/rfc822"))),
]  # fmt: skip


@pytest.mark.parametrize("raw", HUMANS)
def test_humans_who_speak_of_mail_are_humans(raw):
    assert verdict(raw) == classify(parse_mail(said("Hi")), OWN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_and_forwards_of_every_program_are_humans(language):
    for make in (*PROGRAMS.values(), forwarded):
        assert verdict(make(LANGUAGES[language])).verdict is Verdict.HUMAN


REPORT = """Reporting-MTA: dns; mx.other.example

Final-Recipient: rfc822; bert@other.example
Original-Recipient: rfc822;Bert@other.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <bert@other.example>:
    Recipient address rejected

Final-Recipient: rfc822;cara@other.example
Action: delayed
Status: 4.4.1
"""


def test_a_delivery_report_names_its_recipients_and_the_mail():
    original = part("Message-ID: <m1.abc@reply.vendor.example>\r\nSubject: Printer\r\n\r\nHello", "text/rfc822-headers")
    raw = mail_of(
        multipart(
            "report",
            part("Sorry"),
            part(REPORT, "message/delivery-status"),
            original,
            params="; report-type=delivery-status",
        )
    )
    found = verdict(raw)
    assert (found.verdict, found.reasons) == (Verdict.BOUNCE, ("report_part", "report_type"))
    assert found.failures == (
        Failure("bert@other.example", "failed", "5.1.1", permanent=True, diagnostic="550 5.1.1 <bert@other.example>: Recipient address rejected", original_id="m1.abc@reply.vendor.example"),
        Failure("cara@other.example", "delayed", "4.4.1", permanent=False, diagnostic="", original_id="m1.abc@reply.vendor.example"),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["postfix", "exim", "qmail", "sendmail", "exchange", "gmail", "domino", "a complaint"])
def test_a_bounce_without_a_report_tells_its_recipient_by_header_or_text(name):
    assert [one.recipient for one in verdict(BOUNCES[name]).failures] == ["bert@other.example"]


@pytest.mark.parametrize(("diagnostic", "status", "permanent"), [
    ("550 5.1.1 User unknown", "5.1.1", True), ("452 4.2.2 Mailbox full", "4.2.2", False), ("552 5.2.2 Mailbox full", "5.2.2", False),
    ("554 5.7.1 blocked as spam", "5.7.1", False), ("550 no such user", "", True), ("451 try later", "", False), ("no mailbox here by that name", "", True),
])  # fmt: skip
def test_only_an_address_that_does_not_exist_is_given_up(diagnostic, status, permanent):
    mail = parse_mail(
        said("failure notice", sender="MAILER-DAEMON@mx.example", body=f"<bert@other.example>: {diagnostic}")
    )
    assert [(one.status, one.permanent) for one in failures(mail)] == [(status, permanent)]
