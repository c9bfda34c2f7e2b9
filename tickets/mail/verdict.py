"""Who speaks: ourselves, a mail system, a robot, a list, or a human. Pure rules over a parsed mail."""

import re
from collections.abc import Iterator

from tickets.mail import automatic
from tickets.mail.addresses import addresses
from tickets.mail.delivery import failures
from tickets.mail.encoded import parameters
from tickets.mail.shapes import Finding, Mail, Own, TextSource, Verdict
from tickets.mail.spoken import asks, is_calendar_answer, opens_with_absence, speaks_of_itself, spoken_reasons

_REPORTS = frozenset(["message/delivery-status", "message/global-delivery-status", "message/feedback-report"])
# Fields that answering machines write, by their names without hyphens; a value of `_NOT` takes a field back.
_AUTO_FIELD = re.compile(
    r"^x(?:[a-z0-9]{1,12})?(?:auto(?:reply|respon[ds]\w{0,4}|submitted|generated)|vacation|awaymessage)"
)
_NO_AUTO_FIELD = re.compile(r"suppress|loop|sent$|original")
_TELLTALE = {
    "x-list-administrivia": "yes",
    "x-fc-machinegenerated": "true",
    "preference": "auto_reply",
    "delivered-to": "autoresponder",
    "x-gnd-status": "autoreply",
}
_AUTO_MAILER = re.compile(r"\bvacation\b|auto-?(?:reply|respond)")
_FROM = re.compile(r"^From[ \t]{0,3}:([^\n]{1,500})$", re.IGNORECASE | re.MULTILINE)
_OPENING = 3_000  # characters in which an automatic answer says what it is
_NOT = ("", "no", "false", "0", "none")
_AUTO_PRECEDENCE = frozenset(["auto_reply", "auto-reply", "autoreply", "auto-replied", "junk"])
# What Italy's certified mail says of a message, in a field of its own; every other value is a receipt.
_CERTIFIED_FAILURE = re.compile(r"errore|non-accettazione")
_BULK = frozenset(["bulk", "list"])
_UNANSWERED = frozenset(["oof", "autoreply"])
_LIST_FIELDS = (
    *("list-id", "list-post", "list-unsubscribe", "list-help"),
    *("x-mailing-list", "mailing-list", "x-list", "x-ml-name"),
)


def classify(mail: Mail, own: Own, *, mail_from: str | None = None) -> Finding:
    """The verdict and its reasons, the strongest first; never raises.

    `mail_from` is the envelope's sender where the transport told it: "" or "<>" is the null sender of automatic mail.
    """
    rules = (
        (Verdict.OWN, own_reasons(mail, own)),
        (Verdict.BOUNCE, bounce_reasons(mail, null=is_null(mail, mail_from))),
        (Verdict.AUTO_REPLY, auto_reasons(mail, null=is_null(mail, mail_from))),
        (Verdict.LIST, list_reasons(mail)),
    )
    for verdict, found in rules:
        reasons = tuple(found)
        if reasons:
            return Finding(verdict, reasons, failures(mail) if verdict is Verdict.BOUNCE else ())
    return Finding(Verdict.HUMAN, ())


def is_null(mail: Mail, mail_from: str | None) -> bool:
    """Whether the envelope names no sender, by the transport or by the Return-Path that it wrote."""
    if mail_from is not None and mail_from.strip("<> \t") == "":
        return True
    return any(value.strip() in ("<>", "<MAILER-automatic.DAEMON>") for value in mail.header_all("return-path")[:1])


def own_reasons(mail: Mail, own: Own) -> Iterator[str]:
    """What says that we wrote the mail ourselves."""
    if own.instance and own.instance in mail.header_all(own.instance_header):
        yield "own_instance"
    if any(one.key in own.addresses or (one.domain and one.domain in own.reply_domains) for one in mail.from_addresses):
        yield "own_address"
    if mail.message_id and mail.message_id.rpartition("@")[2].lower() in own.id_domains:
        yield "own_message_id"


def bounce_reasons(mail: Mail, *, null: bool) -> Iterator[str]:
    """What says that a mail system reports on a mail of ours."""
    if any(part.content_type in _REPORTS for part in mail.parts[:20]) or _is_ndr(mail):
        yield "report_part"
    kind, params = parameters(mail.header("content-type"))
    if kind == "multipart/report" and params.get("report-type", "").lower() in ("delivery-status", "feedback-report"):
        yield "report_type"
    if mail.header("x-failed-recipients"):
        yield "failed_recipients"
    if _CERTIFIED_FAILURE.search(mail.header("x-ricevuta").lower()):
        yield "certified_failure"
    away = bool(automatic.AUTO_SUBJECT.match(mail.subject))
    daemon, machine, office = _daemon(mail)
    machine = machine or null or _is_submitted(mail)
    text = mail.text[: automatic.LOOKED]
    told = bool(automatic.BOUNCE_BODY.search(text))
    named = told and bool(automatic.NAMED.search(text))
    unsaid = mail.text_source in (TextSource.NONE, TextSource.ENCLOSED)
    sure = machine or named or unsaid or (office and told)
    proven = null or unsaid or told or bool(automatic.NAMED.search(text)) or not mail.sender.address
    if not away and _bounce_subject(mail, sure=sure, machine=(machine and proven) or (office and named)):
        yield "bounce_subject"
    elif machine and (told or _is_coded(text)) and not daemon and not away:
        yield "bounce_body"
    elif named and not away and _encloses_ours(mail):
        yield "bounce_enclosed"
    if daemon and not away:
        yield "from_daemon"
    if automatic.REPORT_OPENS.match(text):
        yield "report_text"


def _bounce_subject(mail: Mail, *, sure: bool, machine: bool) -> bool:
    """Whether the subject is a report's, as far as who writes and what is written allow it."""
    if sure and automatic.SURE_SUBJECT.match(mail.subject):
        return True
    return machine and bool(automatic.BOUNCE_SUBJECT.match(mail.subject))


def _is_coded(text: str) -> bool:
    """Whether a text of any language names an address and, near it, what a mail server answered."""
    return bool(automatic.CODED.search(text))


def _is_ndr(mail: Mail) -> bool:
    """Whether Exchange marks the mail as a report, by a field that it leaves empty."""
    return any(name == "x-ms-exchange-message-is-ndr" for name, _ in mail.headers)


def _is_submitted(mail: Mail) -> bool:
    """Whether the mail says of itself that no human sent it (RFC 3834)."""
    submitted = re.split(r"[;(\s]", mail.header("auto-submitted").strip().lower(), maxsplit=1)[0]
    return submitted not in _NOT


def _encloses_ours(mail: Mail) -> bool:
    """Whether the mail brings back one that its recipient had sent, as reports do, and comes from no mail program."""
    if mail.in_reply_to or mail.header("user-agent") or mail.header("x-mailer"):
        return False
    ours = {one.key for one in (*mail.to, *mail.delivered_to) if one.address}
    enclosed = (part.text for part in mail.parts[:20] if part.content_type in ("message/rfc822", "text/rfc822-headers"))
    senders = (found[1] for found in map(_FROM.search, enclosed) if found)
    return any(one.key in ours for value in senders for one in addresses(value))


def _daemon(mail: Mail) -> tuple[bool, bool, bool]:
    """Whether the sender is a mail system, an address of one, or an office of machines and humans."""
    names = [mail.sender, *mail.from_addresses]
    local = {one.key.rpartition("@")[0] or one.name.lower() for one in names}
    daemon = any(automatic.DAEMON.match(one) and not automatic.NOBODY.match(one) for one in local)
    machine = not mail.sender.address or any(automatic.NOBODY.match(one) for one in local)
    machine = machine or any(automatic.DAEMON_NAME.search(one.name) for one in names)
    office = any(automatic.OFFICE.match(one) for one in local)
    return daemon, machine, office or any(automatic.OFFICE_NAME.search(one.name) for one in names)


def auto_reasons(mail: Mail, *, null: bool) -> Iterator[str]:
    """What says that a machine answers for somebody."""
    if _is_submitted(mail):
        yield "auto_submitted"
    if any(_is_auto_field(name, value) for name, value in mail.headers):
        yield "auto_field"
    if any(value.strip().lower() in _AUTO_PRECEDENCE for value in mail.header_all("precedence")):
        yield "auto_precedence"
    if any("all" in _suppressed(value) for value in mail.header_all("x-auto-response-suppress")):
        yield "auto_suppress"
    yield from _auto_words(mail)
    yield from spoken_reasons(mail)
    if is_calendar_answer(mail):
        yield "calendar_answer"
    if _is_list_robot(mail):
        yield "list_robot"
    if _is_receipt(mail):
        yield "read_receipt"
    if null:
        yield "null_sender"


def _suppressed(value: str) -> frozenset[str]:
    """Which automatic answers a mail asks not to be given."""
    return frozenset(word.strip().lower() for word in value[:500].split(","))


def _is_list_robot(mail: Mail) -> bool:
    """Whether the program that keeps a list speaks, not somebody on it."""
    local = mail.sender.key.rpartition("@")[0]
    return bool(automatic.LIST_ROBOT.search(local) or (mail.header("x-mlserver") and local.endswith("-admin")))


def _auto_words(mail: Mail) -> Iterator[str]:
    """What subject and text say; a word that clients write too counts where the text says that somebody is away."""
    text = mail.text[:_OPENING]
    label = automatic.AUTO_SUBJECT.match(mail.subject)
    if label and not (_is_all(label, mail.subject) and asks(text) and not speaks_of_itself(text)):
        yield "auto_subject"
    elif automatic.AWAY_WORD.search(_before_ours(mail.subject)) and _is_away(text):
        yield "away"
    elif automatic.AUTO_OPENS.match(text):
        yield "auto_text"


def _is_all(label: re.Match[str], subject: str) -> bool:
    """Whether a subject is nothing but such a label: who asks about the matter may write it too."""
    return not subject[label.end() :].strip(" \t.:!?")


def _is_away(text: str) -> bool:
    """Whether a text tells of an absence before all else, or of somebody who has left."""
    return opens_with_absence(text) or bool(automatic.GONE_BODY.search(text))


def _before_ours(subject: str) -> str:
    """What a subject says before it repeats ours; nothing where that is a question, which machines do not ask."""
    said = automatic.OUR_SUBJECT.split(subject[:300], maxsplit=1)[0]
    return "" if any(mark in said for mark in "??؟") else said


def _is_auto_field(name: str, value: str) -> bool:
    """Whether a header field is one that answering machines write."""
    said = value.strip().lower()
    plain = name.replace("-", "").replace("_", "")
    if said in _NOT or said.startswith("no"):
        return False
    if _AUTO_FIELD.match(plain) and not _NO_AUTO_FIELD.search(plain):
        return True
    if name == "x-mailer":
        return bool(_AUTO_MAILER.search(said[:200]))
    return name == "x-ricevuta" or said == _TELLTALE.get(name)


def _is_receipt(mail: Mail) -> bool:
    """Whether the mail says that one was read (RFC 8098), by a part for machines or in words alone."""
    if any(part.content_type == "message/disposition-notification" for part in mail.parts[:20]):
        return True
    kind, params = parameters(mail.header("content-type"))
    if kind == "multipart/report" and params.get("report-type", "").lower() == "disposition-notification":
        return True
    subject = automatic.READ_SUBJECT.match(mail.subject[:300])
    return bool(subject and automatic.READ_BODY.search(mail.text[:_OPENING]))


def list_reasons(mail: Mail) -> Iterator[str]:
    """What says that the mail went to many, or that its sender wants no automatic answer.

    Some companies write the last into all that their people send: it is answered by a human, and opens a ticket.
    """
    if any(_suppressed(value) & _UNANSWERED for value in mail.header_all("x-auto-response-suppress")):
        yield "answer_unwanted"
    if any(mail.header(name) for name in _LIST_FIELDS):
        yield "list_field"
    if any(value.strip().lower() in _BULK for value in mail.header_all("precedence")):
        yield "bulk_precedence"
