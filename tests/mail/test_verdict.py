"""Who speaks: bounces and robots are known by what they say of themselves, and humans are not taken for them."""

# ruff: noqa: E501 - a mail is read along its row

import pytest

from tests.mail.building import mail_of, multipart, part, raw_mail
from tests.mail.languages import LANGUAGES
from tests.mail.people import PEOPLE
from tests.mail.programs import PROGRAMS, forwarded
from tests.mail.returned import RETURNED
from tests.mail.robots import LISTED
from tests.mail.robots import ROBOTS as ANSWERING
from tests.mail.unseen import MACHINES, PERSONS
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
    "a gateway that blocks": said("**Message you sent blocked by our bulk email filter**", sender="Firewall <fw@mx.example>", body="Your message to: bert@other.example\nwas blocked. The email has NOT BEEN DELIVERED"),
    "a gateway's notice": said("There was an error sending your mail", sender="filter@mx.example", body="Server rejected recipient <bert@other.example>: 550 unknown. Trouble delivering"),
    "an administrator's name": said("Ikke leveret: Printer", sender="Systemadministrator <bert@kunde.example>", body="Meddelelsen nåede ikke frem til nogle eller alle modtagere"),
    "a report as text": said("Rapport", sender="bert@other.example", body="Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bert@other.example\nAction: failed"),
    "a notification in JSON": said("Notification Message", sender="no-reply@sns.example", body='{"notificationType":"Bounce","bounce":{}}'),
    "it arrived": said("Delivered: Printer", sender="postmaster@other.example", body="Your message has been delivered to the following recipients:"),
    "ndr by its header": said("Drucker", "X-MS-Exchange-Message-Is-Ndr:", sender="Postmaster <postmaster@other.example>", body="550 5.1.1 User unknown"),
    "our own mail came back with it": mail_of(multipart("mixed", part("Your mail\n Could not be delivered to: <bert@other.example>\n As their mailbox is full."), part("From: support@vendor.example\r\nSubject: Printer\r\n\r\nHello", "message/rfc822")), head="From: bert@other.example\r\nTo: support@vendor.example\r\nSubject: Mail\r\n"),
    "a complaint in words": said("Email Feedback Report for IP 192.0.2.2", sender="abuse@isp.example", body="This is an email abuse report for an email message received from IP 192.0.2.2"),
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
    "suppress": said("Re: Printer", "X-Auto-Response-Suppress: All"),
    "a list's program": said("ezmlm warning", sender="users-help@list.example", body="Hi! This is the ezmlm program. Messages to you have been bouncing."),
    "a list's keeper": said("Loop Alert: Duplicated Message-ID", "X-MLServer: fml [fml 4.0.3]", sender="users-admin@list.example", body="Duplicated Message-ID in <users@list.example>."),
    "null sender": said("I am in the mountains", "Return-Path: <>"),
    "a read receipt": mail_of(multipart("report", part("Read"), part("Disposition: displayed", "message/disposition-notification"), params="; report-type=disposition-notification")),
    "out of office": said("Out of Office Re: Printer [ACME-12]"), "until": said("Out of the office until Monday"), "vacation": said("Vacation reply"),
    "by another header": said("Re: Printer", "X-Zimbra-Autoreply: yes"), "by its program": said("Re: Printer", "X-Mailer: vacation 1.2.7"), "junk": said("Re: Printer", "Precedence: junk"),
    "a list's administration": said("Your message awaits approval", "X-List-Administrivia: yes", "Precedence: bulk"), "majordomo": said("Results", sender="majordomo-owner@list.example"),
    "of Notes": said("AUTO: Anna Arnold is out of the office (returning 12/01/2026)", body="I am out of the office until 12/01/2026."), "in brackets": said("[Auto-Reply] Printer"), "by its subject": said("[AUTO GENERATED] Report"), "in other brackets": said("【自動返信】お問い合わせ"),
    "a name and a body": said("Anna Arnold ist außer Haus", body="Ich bin bis Montag nicht im Büro."), "on leave": said("Urlaub Re: Drucker", body="Ich bin im Urlaub."),
    "behind our subject": said("Re: Printer", body="This is an automatic reply. I am away."), "a receipt in words": said("Read: Printer", body="Your message\n\nwas read on 26.11.2026"),
    "auto": said("Auto: Re: Printer"), "away": said("Abwesenheitsnotiz: Drucker"),
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
        "X-ML-Name: users",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
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
    *(said(subject, body="Hello, please help.") for subject in (
        "Out of office does not work", "Out of office assistant: how to set up", "Automatic email to customers not sent", "Auto: rental price wrong", "On vacation from tomorrow, please answer to Bert",
        "Absence: the calendar shows wrong days", "Abwesenheitsnotiz wird nicht versendet", "Frånvaro: rapport saknas", "Undelivered: 34 newsletters", "Non remis : que faire ?", "Undeliverable: is this a fault of yours?",
        "Mail delivery failed when sending invoices", "Delivery Status Notification (Failure) - what does it mean?", "Undelivered Mail Returned to Sender - what to do?", "Postmaster notify settings", "Read: only database", "自動返信が届かない",
    )),
    *(said("Mail question", sender=sender, body="Hello, the mail to bert was not delivered") for sender in ("rootesa@acme.example", "adminson@acme.example", "Admin <admin@acme.example>", "System Administrator <it@acme.example>")),
    said("Your order", sender="no-reply@shop.example", body="It costs 550 EUR. The parcel could not be delivered, ask shop@shop.example"),
    said("Printer", "X-Autoresponder-Sent: no", "X-Auto-Response-Suppress: DR, NDR", "Auto-Submitted: no (typed)"),
    mail_of(multipart("mixed", part("I got this back"), part(BOUNCES["postfix"], "message/rfc822"))),
]  # fmt: skip


@pytest.mark.parametrize("raw", HUMANS)
def test_humans_who_speak_of_mail_are_humans(raw):
    assert verdict(raw) == classify(parse_mail(said("Hi")), OWN)


@pytest.mark.parametrize("name", RETURNED)
def test_reports_of_many_makes_and_languages_are_bounces(name):
    held = name == "a list's refusal to a stranger"  # a program's answer, not a report
    assert verdict(RETURNED[name]).verdict is (Verdict.AUTO_REPLY if held else Verdict.BOUNCE)


@pytest.mark.parametrize("name", ANSWERING)
def test_absences_receipts_desks_and_calendars_are_automatic_with_or_without_a_header(name):
    assert verdict(ANSWERING[name]).verdict is Verdict.AUTO_REPLY


@pytest.mark.parametrize("name", LISTED)
def test_what_went_to_many_is_a_list(name):
    assert verdict(LISTED[name]).verdict is Verdict.LIST


@pytest.mark.parametrize("name", PEOPLE)
def test_people_who_speak_of_machines_are_people(name):
    unanswered = name == "a suppress header of a company"  # opens a ticket, but is not acknowledged
    assert verdict(PEOPLE[name]).verdict is (Verdict.LIST if unanswered else Verdict.HUMAN)


def test_a_calendar_with_a_word_of_its_person_is_theirs():
    raw = ANSWERING["declined, french"].replace(b"END:VEVENT", b"COMMENT:Pas le lundi\r\nEND:VEVENT")
    assert verdict(raw).verdict is Verdict.HUMAN


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


@pytest.mark.parametrize("name", MACHINES)
def test_machines_of_the_second_set_are_heard_as_machines(name):
    listed = name in ("a list", "a newsletter", "zabbix", "mail of a survey")
    found = verdict(MACHINES[name]).verdict
    assert found is Verdict.LIST if listed else found in (Verdict.BOUNCE, Verdict.AUTO_REPLY)


@pytest.mark.parametrize("name", PERSONS)
def test_people_of_the_second_set_are_people(name):
    assert verdict(PERSONS[name]).verdict is Verdict.HUMAN
