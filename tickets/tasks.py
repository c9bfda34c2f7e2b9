"""The sweep's bells. Each task makes one call; what it does is in `operations`."""

from typing import Any

from celery import shared_task


@shared_task(name="tickets.sweep")
def sweep_task(**kwargs: Any) -> int:
    """Find what is late; returns how many events were recorded."""
    from tickets.operations.sweep import sweep  # noqa: PLC0415 - tasks are leaves

    return sweep()


@shared_task(name="tickets.work_off_bulk")
def work_off_bulk_task(**kwargs: Any) -> int:
    """Go on with what was asked of many tickets at once; returns how many tickets were looked at."""
    from tickets.operations.bulk import work_off  # noqa: PLC0415 - tasks are leaves

    return work_off()


@shared_task(name="tickets.refresh_stale_clocks")
def refresh_stale_clocks_task(**kwargs: Any) -> int:
    """Fold again what stands on an older calendar version; returns how many tickets."""
    from tickets.operations.recompute import refresh_stale_clocks  # noqa: PLC0415 - tasks are leaves

    return refresh_stale_clocks()


@shared_task(name="tickets.replay_clocks")
def replay_clocks_task(**kwargs: Any) -> int:
    """Compare stored clocks with their fold; returns how many differ, and logs each."""
    from tickets.operations.replay import replay_and_report  # noqa: PLC0415 - tasks are leaves

    return replay_and_report()


@shared_task(name="tickets.remove_stale_uploads")
def remove_stale_uploads_task(**kwargs: Any) -> int:
    """Remove uploads that were never sent; returns how many files."""
    from tickets.operations.housekeeping import remove_stale_uploads  # noqa: PLC0415 - tasks are leaves

    return remove_stale_uploads()


@shared_task(name="tickets.remove_old_drafts")
def remove_old_drafts_task(**kwargs: Any) -> int:
    """Remove drafts that nobody has touched for a month; returns how many."""
    from tickets.operations.drafts import remove_old_drafts  # noqa: PLC0415 - tasks are leaves

    return remove_old_drafts()


@shared_task(name="tickets.read_mail")
def read_mail_task(**kwargs: Any) -> int:
    """Read the mails that wait; returns how many."""
    from tickets.operations.mail_reading import work_off_mail  # noqa: PLC0415 - tasks are leaves

    return work_off_mail()
