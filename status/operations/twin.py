"""Exporting the static twin: on every change that is published, and every minute, so that its stamp stays fresh."""

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope
from helpdesk.lib.wake import is_muted, wake
from status.answers import Content
from status.board import board
from status.twin import folder as twins
from status.twin.contents import archive_contents, archive_mark, live_contents
from status.twin.figures import ROOT, figures_contents, figures_mark

logger = logging.getLogger(__name__)
TASK = "status.export_twin"


def export_twin(*, whole: bool = True, at: datetime | None = None) -> int:
    """Write what everybody may read of the service's state as files, in the scope of nobody; returns how many.

    `whole`: the archive (months, days, stories, uptime) too, unless nothing of it has changed; without it, that of the
    export before stays, if there is one. Nothing is done where the settings name no folder. Raises `FolderBusy`, and
    the database's own errors.
    """
    if not settings.STATUS_FOLDER:
        return 0
    folder = Path(settings.STATUS_FOLDER)
    seen = twins.present_name(folder)
    # Before the lock: they take longest, and a publication that waits for its page does not hang on them.
    figures, figured = _figures(twins.present(folder), at=at) if whole or seen is None else ({}, "")
    with twins.alone(folder):
        changed, before = twins.changed_mark(folder), twins.present(folder)
        if not whole and before is not None and before.name != seen and before.changed == changed:
            return 0  # another process has just done it
        with scope(()):
            at = at or database_now()
            now = board(at=at)
            live = live_contents(now)
            mark = archive_mark(at=at)
            is_old = before is None or (whole and (before.archive, before.figures) != (mark, figured))
            kept = archive_contents(now) | figures if is_old else None
        if before is not None and not is_old:
            mark, figured = before.archive, before.figures
        marks = {"archive": mark, "figures": figured}
        twins.write(folder, made_at=at.isoformat(), changed=changed, marks=marks, live=live, kept=kept)
    return len(live) + len(kept or ())


def _figures(before: twins.Export | None, *, at: datetime | None) -> tuple[dict[str, Content], str]:
    """The pages of uptime, those of the export before where they still hold, and the mark of what they hang on."""
    with scope(()):
        at = at or database_now()
        mark = figures_mark(at=at)
        if before is not None and before.figures == mark:
            paths = [path for path in before.kept if path.startswith(ROOT)]
            try:
                return {path: content for path in paths if (content := before.content(path))}, mark
            except OSError:
                logger.info("the export before was swept away while it was read")
        return figures_contents(at=at), mark


def spoil_twin() -> None:
    """What is published in this transaction makes the twin stale, at once, and a worker exports it anew."""
    if not settings.STATUS_FOLDER or is_muted() or any(asked[1] is _spoil for asked in connection.run_on_commit):
        return
    transaction.on_commit(_spoil, robust=True)
    wake(TASK)


def _spoil() -> None:
    try:
        twins.spoil(Path(settings.STATUS_FOLDER))
    except OSError:
        logger.exception("the twin's folder cannot be written")
