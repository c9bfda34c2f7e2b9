"""What leaves the product without being asked for: the files that everybody may read, and the mails.

The walk meets pages; these it would not. The status page answers from files that a worker exports, for everybody
alike: nothing of any one organisation may be in them, and no organisation's growth may change them. Mails are written
by workers from what was told: each is rendered, and may speak only of organisations that its reader belongs to or
serves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.lib.wake import muted
from helpdesk.notifications.models import AccountNotice, Notice
from helpdesk.notifications.rendering import render_notice
from helpdesk.proof.canaries import Aviary
from helpdesk.proof.report import Report
from helpdesk.proof.scratch import forget_raw_cache
from helpdesk.proof.sides import Side, World
from helpdesk.proof.world import more_of
from status.board import board
from status.operations.promises import tell_overdue
from status.operations.public_notices import tell_subscribers
from status.operations.threads import answer_threads
from status.operations.uptime_keeping import keep_uptime
from status.operations.window_notices import tell_windows
from status.twin.contents import archive_contents, live_contents
from status.twin.figures import figures_contents

# What the workers of the status page find to tell; at later instants too: that a window begins, that it is over.
LATER = (timedelta(0), timedelta(hours=40), timedelta(hours=48))
BATCHES = 50
SERVES_ALL = ("founder", "product@", "support@")  # the staff and the teams who serve every organisation


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail as it would go out. `of`: the organisation's key whose notice it is; empty for a mail of nobody's."""

    recipient: str
    text: str
    of: str = ""


def public_files(world: World, report: Report, *, files: Callable[[datetime], dict[str, str]] | None = None) -> None:
    """Look through the static twin, then let the victim grow and see that it stays the same."""
    made = files or twin
    at = database_now()
    with muted(), transaction.atomic():
        forget_raw_cache()  # what is remembered of before would hide what has changed
        before = made(at)
        more_of(world.victim, world.aviary, at=at)
        forget_raw_cache()
        after = made(at)
        transaction.set_rollback(True)
    report.counts["public files read"] += len(before)
    for path in sorted({*before, *after}):
        for place in world.aviary.found(after.get(path, "") + before.get(path, ""), allowed=lambda _owner: False):
            report.add("leak in a public file", path, detail=place)
        if before.get(path) != after.get(path):
            report.add("a public file depends on an organisation's rows", path)


def twin(at: datetime) -> dict[str, str]:
    """Every file of the static twin at the instant, by its path, as the export makes it."""
    with scope(()):
        now = board(at=at)
        made = {**live_contents(now), **archive_contents(now), **figures_contents(at=at)}
    return {path: content.body.decode("utf-8", "replace") for path, content in made.items()}


def mails_written(world: World) -> list[Mail]:
    """Let the workers write what there is to tell, and read every mail; rolled back.

    To be asked before the canaries are planted, which stand in place of recipients and facts.
    """
    with muted(), transaction.atomic():
        for ahead in LATER:
            _work(database_now() + ahead)
        found = list(_written(world))
        transaction.set_rollback(True)
    return found


def judge(found: Iterable[Mail], world: World, report: Report) -> None:
    """Each mail's text and whom it goes to."""
    for mail in found:
        report.counts["mails read"] += 1
        known = _known(mail.recipient, world)
        if mail.of and mail.of not in known:
            report.add("a mail to another organisation", mail.recipient, detail=f"of {mail.of}")
        for place in _told(mail, world.aviary, known):
            report.add("leak in a mail", mail.recipient, detail=place)


def _told(mail: Mail, aviary: Aviary, known: set[str]) -> list[str]:
    """The places of organisations that the reader has nothing to do with, or of another than the notice's own."""
    return aviary.found(
        mail.text, allowed=lambda owner: owner in known and mail.of in ("", owner), sent=[mail.recipient]
    )


def _known(recipient: str, world: World) -> set[str]:
    """The keys of the organisations that a reader belongs to or serves, by how the world calls its people."""
    box, _, domain = recipient.partition("@")
    names: list[tuple[str, Side]] = [("own", world.own), ("victim", world.victim), ("bystander", world.bystander)]
    if recipient.startswith(SERVES_ALL):
        return {side.key for _name, side in names}
    theirs = {side.key for name, side in names if domain == f"{name}.example" or box.startswith(f"{name}.")}
    return theirs | {side.key for _name, side in names if recipient in _outsiders(side)}


def _outsiders(side: Side) -> set[str]:
    """Addresses that the seeds gave to an organisation though neither box nor domain says so."""
    return {str(thing) for thing in side.things.values() if isinstance(thing, str) and "@" in thing}


def _work(at: datetime) -> None:
    answer_threads(limit=BATCHES)
    tell_windows(at=at)
    tell_overdue(at=at)
    keep_uptime(at=at)
    tell_subscribers(turns=BATCHES)


def _written(world: World) -> Iterable[Mail]:
    keys = {side.organisation.pk: side.key for side in world.sides}
    with system_scope("the proof reads every mail"):
        for notice in Notice.objects.order_by("pk"):
            made = render_notice(notice)
            text = "\n".join([made.subject, made.text, made.html, made.reply_to])
            yield Mail(recipient=notice.recipient, text=text, of=keys[notice.organisation_id])
        for row in AccountNotice.objects.order_by("pk"):
            yield Mail(recipient=row.recipient, text="\n".join([row.subject, row.text, row.secret]))
