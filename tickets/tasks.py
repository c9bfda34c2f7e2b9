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


@shared_task(name="tickets.work_off_plans")
def work_off_plans_task(**kwargs: Any) -> int:
    """Count what planned edits would move, and move what is confirmed; returns how many parts and tickets."""
    from tickets.operations.edits.impact import work_off_plans  # noqa: PLC0415 - tasks are leaves

    return work_off_plans()


@shared_task(name="tickets.refresh_stale_clocks")
def refresh_stale_clocks_task(**kwargs: Any) -> int:
    """Fold again what stands on an older calendar version; returns how many tickets."""
    from tickets.operations.edits.recompute import refresh_stale_clocks  # noqa: PLC0415 - tasks are leaves

    return refresh_stale_clocks()


@shared_task(name="tickets.replay_clocks")
def replay_clocks_task(**kwargs: Any) -> int:
    """Begin the nightly comparison of stored clocks with their fold; returns the run's id."""
    from tickets.operations.replay_runs import begin_replay  # noqa: PLC0415 - tasks are leaves

    return begin_replay().pk


@shared_task(name="tickets.go_on_replaying")
def go_on_replaying_task(**kwargs: Any) -> int:
    """Go on with the comparison where there is one; returns how many batches."""
    from tickets.operations.replay_runs import go_on_replaying  # noqa: PLC0415 - tasks are leaves

    return go_on_replaying()


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
def read_mail_task(*, alone: bool = False, **kwargs: Any) -> int:
    """Read the mails that wait; returns how many. `alone`: nobody else rings, so all of them at once."""
    from tickets.operations.inbound.reading import work_off_mail  # noqa: PLC0415 - tasks are leaves

    return work_off_mail(in_turn=not alone)


@shared_task(name="tickets.poll_mailboxes")
def poll_mailboxes_task(**kwargs: Any) -> int:
    """Take in what has come to the mailboxes; returns how many mails."""
    from tickets.operations.inbound.polling import poll_mailboxes  # noqa: PLC0415 - tasks are leaves

    return poll_mailboxes()


@shared_task(name="tickets.keep_canary")
def keep_canary_task(**kwargs: Any) -> int:
    """Send the test mails that are due or were asked for; returns how many went out."""
    from tickets.operations.inbound.canary import keep_canary  # noqa: PLC0415 - tasks are leaves

    return keep_canary()


@shared_task(name="tickets.read_provider_posts")
def read_provider_posts_task(**kwargs: Any) -> int:
    """Read what mail providers have posted; returns how many posts."""
    from tickets.operations.inbound.provider_posts import work_off_posts  # noqa: PLC0415 - tasks are leaves

    return work_off_posts()


@shared_task(name="tickets.remove_old_posts")
def remove_old_posts_task(**kwargs: Any) -> int:
    """Remove what providers posted and was read long ago; returns how many posts."""
    from tickets.operations.inbound.provider_posts import remove_old_posts  # noqa: PLC0415 - tasks are leaves

    return remove_old_posts()
