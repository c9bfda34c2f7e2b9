"""The second bell: a thread in every worker that rings the sweep, the sender and whatever else must go on by itself.

It needs neither beat nor Redis, so that neither can silence the escalations: while one worker process and
PostgreSQL live, what is late is found within `LOOP_SECONDS`.
"""

import logging
import threading
from typing import Any

from celery.signals import worker_init, worker_shutdown
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)
RUNG = (
    "tickets.sweep",
    "notifications.deliver",
    "tickets.work_off_bulk",
    "tickets.read_provider_posts",
    "tickets.read_mail",
    "status.answer_threads",
    "status.tell_overdue",
    "status.export_twin",
    "status.tell_subscribers",
    "status.tell_windows",
)
_stop = threading.Event()


@worker_init.connect(weak=False)
def start_loop(sender: Any = None, **kwargs: Any) -> None:
    """Refuse an unfit role or folder of files, then ring; before the broker is reached, so its loss matters not."""
    from helpdesk.lib.checks import refuse_unfit_role  # noqa: PLC0415 - needs the app registry, loaded by now
    from helpdesk.lib.storage import attachment_storage  # noqa: PLC0415 - needs the settings

    try:
        refuse_unfit_role()
        attachment_storage()
    except ImproperlyConfigured as error:
        # Celery logs an exception of a signal's receiver and starts all the same; it cannot swallow an exit.
        raise SystemExit(str(error)) from error
    threading.Thread(target=_ring_for_ever, args=(sender.app,), name="second-bell", daemon=True).start()


@worker_shutdown.connect(weak=False)
def stop_loop(**kwargs: Any) -> None:
    """Let the thread end after the round that it is in."""
    _stop.set()


def _ring_for_ever(app: Any) -> None:
    from django.conf import settings  # noqa: PLC0415 - this module is imported before settings exist

    while not _stop.wait(settings.LOOP_SECONDS):
        ring(app)


def ring(app: Any) -> None:
    """Run each task once, here; a fault is logged and the next round tries again."""
    from django.db import close_old_connections  # noqa: PLC0415 - this module is imported before settings exist

    for name in RUNG:
        close_old_connections()
        try:
            app.tasks[name](alone=True)
        except Exception:
            logger.exception("the second bell could not run %s", name)
    close_old_connections()
