"""Reading mailboxes over IMAP: every mail once, each committed before the next, and none in another's way."""

import logging
from datetime import datetime, timedelta
from imaplib import IMAP4

from django.conf import settings

from helpdesk.lib.alone import alone
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from tickets.inbound.imap import BROKEN, FAULTS, Fetched, Folder, Mailbox, mailbox_of, opened
from tickets.models import MailChannel, PolledMailbox
from tickets.operations.inbound.receiving import receive_mail

logger = logging.getLogger(__name__)
REASON = "a mailbox is the vendor's"
MOST_AT_ONCE = 200  # mails of one mailbox, before others have their turn
MOST_MISSED = 20  # more than that is no fault of single mails: the rest waits
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
LOCKS = 0x6D61696C  # the family of our advisory locks


def poll_mailboxes() -> int:
    """Take in what has come to each mailbox of `HELPDESK_IMAP_URLS`; returns how many mails."""
    return sum(poll_mailbox(box=mailbox_of(url)) for url in settings.IMAP_URLS)


def poll_mailbox(*, box: Mailbox) -> int:
    """Take in what has come to a mailbox since it was last read; returns how many mails.

    Two at once never read the same one: a lock of the session ends with the connection of whoever holds it. A mail
    that the server does not hand over is noted and tried again later; the others go on. A fault of the mailbox is kept
    in its row, for admins. Raises what the database raises: nothing is passed over then.
    """
    with system_scope(REASON):
        PolledMailbox.objects.bulk_create([PolledMailbox(name=box.name)], ignore_conflicts=True)
        pk = PolledMailbox.objects.only("pk").get(name=box.name).pk
    with alone(LOCKS, pk) as is_ours:
        return _read(pk, box) if is_ours else 0


def _read(pk: int, box: Mailbox) -> int:
    with system_scope(REASON):
        row = PolledMailbox.objects.get(pk=pk)
        row.tried_at = now = database_now()
    error, turn = "", _Turn(row, box, now=now)
    try:
        with opened(box) as folder:
            turn.take_all(folder)
    except FAULTS as fault:
        error = in_words(fault)
        logger.warning("the mailbox %s could not be read: %s", row.name, error)
    else:
        row.polled_at = now
    row.last_error = error or _missed_in_words(row)
    _save(row)
    return turn.taken


def _save(row: PolledMailbox) -> None:
    with system_scope(REASON):
        row.save()


class _Turn:
    """One reading of one mailbox. The row is saved behind each mail, so that a reader that dies repeats one at most."""

    def __init__(self, row: PolledMailbox, box: Mailbox, *, now: datetime) -> None:
        self._row, self._box, self._now = row, box, now
        self.taken = 0
        # What came after the folder was last found empty came later than that, whatever its server says.
        self._earliest = row.emptied_at or now

    def take_all(self, folder: Folder) -> None:
        """Take new mails in, then those whose turn it is to be tried again."""
        row = self._row
        if row.uid_validity != folder.uid_validity:
            row.uid_validity, row.last_uid, row.missed = folder.uid_validity, 0, {}
        again = [int(uid) for uid, note in row.missed.items() if datetime.fromisoformat(note["next_at"]) <= self._now]
        found = folder.uids(after=row.last_uid)
        for uid in [*found[:MOST_AT_ONCE], *again]:
            self._take(folder, uid)
        if len(found) <= MOST_AT_ONCE:
            row.emptied_at = self._now

    def _take(self, folder: Folder, uid: int) -> None:
        row = self._row
        try:
            mail = folder.fetch(uid)
        except FAULTS as fault:
            self._miss(uid, fault)
            return
        if mail is not None:
            self._store(mail)
        row.missed.pop(str(uid), None)
        row.last_uid = max(row.last_uid, uid)
        _save(row)
        if mail is not None and self._box.move_to:
            folder.move(uid)

    def _store(self, mail: Fetched) -> None:
        came_at = max(self._earliest, min(mail.came_at or self._now, self._now))
        receive_mail(raw=mail.raw, channel=MailChannel.IMAP, at=came_at)
        self._row.last_mail_at = came_at
        self.taken += 1

    def _miss(self, uid: int, fault: Exception) -> None:
        """Note a mail that could not be fetched and pass it by; where the connection broke, the turn ends there."""
        row = self._row
        if str(uid) not in row.missed and len(row.missed) >= MOST_MISSED:
            raise IMAP4.error(f"more than {MOST_MISSED} mails could not be fetched; the last: {in_words(fault)}")
        tries = row.missed.get(str(uid), {}).get("tries", 0) + 1
        next_at = self._now + min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
        row.missed[str(uid)] = {"tries": tries, "next_at": next_at.isoformat(), "error": in_words(fault)}
        row.last_uid = max(row.last_uid, uid)
        _save(row)
        if isinstance(fault, BROKEN):
            raise fault


def _missed_in_words(row: PolledMailbox) -> str:
    if not row.missed:
        return ""
    ids = ", ".join(sorted(row.missed, key=int))
    return f"Mails that could not be fetched and are tried again: UID {ids}."


def in_words(fault: Exception) -> str:
    """What went wrong, as it can be stored. Neither the library nor a server repeats the password."""
    result = getattr(fault, "command_result", None)  # of the library's own: what the server answered
    said = str(result[1]) if result else str(fault)
    return f"{type(fault).__name__}: {said}".replace("\x00", "?").encode("utf-8", "replace").decode()[:500]
