"""The bells of what is told of the service. Each task makes one call; what it does is in `operations`."""

from typing import Any

from celery import shared_task


@shared_task(name="status.answer_threads")
def answer_threads_task(**kwargs: Any) -> int:
    """Answer tickets with the updates of their incidents; returns how many tickets were looked at."""
    from status.operations.threads import answer_threads  # noqa: PLC0415 - tasks are leaves

    return answer_threads()


@shared_task(name="status.keep_uptime")
def keep_uptime_task(**kwargs: Any) -> int:
    """Freeze months whose time has come, and tell who must know how the downtime budget stands."""
    from status.operations.uptime_keeping import keep_uptime  # noqa: PLC0415 - tasks are leaves

    return keep_uptime()


@shared_task(name="status.revise_uptime")
def revise_uptime_task(**kwargs: Any) -> int:
    """Revise frozen months that an edit changed; returns how many."""
    from status.operations.months import revise_frozen  # noqa: PLC0415 - tasks are leaves

    return revise_frozen()


@shared_task(name="status.tell_overdue")
def tell_overdue_task(**kwargs: Any) -> int:
    """Tell who promised an update that has not come; returns how many incidents."""
    from status.operations.promises import tell_overdue  # noqa: PLC0415 - tasks are leaves

    return tell_overdue()


@shared_task(name="status.run_probes")
def run_probes_task(**kwargs: Any) -> int:
    """Ask the probes that are due; returns how many results were written."""
    from status.operations.probe_checks import run_probes  # noqa: PLC0415 - tasks are leaves

    return run_probes()


@shared_task(name="status.roll_up_hours")
def roll_up_hours_task(**kwargs: Any) -> int:
    """Keep the hours of results that are over; returns how many."""
    from status.operations.probe_keeping import roll_up_hours  # noqa: PLC0415 - tasks are leaves

    return roll_up_hours()


@shared_task(name="status.forget_results")
def forget_results_task(**kwargs: Any) -> int:
    """Remove single results of long ago; returns how many."""
    from status.operations.probe_keeping import forget_results  # noqa: PLC0415 - tasks are leaves

    return forget_results()


@shared_task(name="status.find_surges")
def find_surges_task(**kwargs: Any) -> int:
    """Look whether tickets of several organisations speak of the same; returns how many new proposals."""
    from status.operations.surges import find_surges  # noqa: PLC0415 - tasks are leaves

    return find_surges()


@shared_task(name="status.export_twin")
def export_twin_task(**kwargs: Any) -> int:
    """Write the static twin of the public page anew; returns how many files were made."""
    from status.operations.twin import export_twin  # noqa: PLC0415 - tasks are leaves

    return export_twin()


@shared_task(name="status.tell_subscribers")
def tell_subscribers_task(**kwargs: Any) -> int:
    """Write the mails to subscribers of the public page; returns how many batches."""
    from status.operations.public_notices import tell_subscribers  # noqa: PLC0415 - tasks are leaves

    return tell_subscribers()


@shared_task(name="status.forget_unconfirmed")
def forget_unconfirmed_task(**kwargs: Any) -> int:
    """Forget who asked to be told and has not confirmed it; returns how many."""
    from status.operations.subscribers import purge_unconfirmed  # noqa: PLC0415 - tasks are leaves

    return purge_unconfirmed()


@shared_task(name="status.tell_windows")
def tell_windows_task(**kwargs: Any) -> int:
    """Queue the mails of maintenance that are due; returns of how many windows."""
    from status.operations.window_notices import tell_windows  # noqa: PLC0415 - tasks are leaves

    return tell_windows()


@shared_task(name="status.make_windows")
def make_windows_task(**kwargs: Any) -> int:
    """Make the windows of series ahead; returns how many."""
    from status.operations.series import make_windows  # noqa: PLC0415 - tasks are leaves

    return make_windows()
