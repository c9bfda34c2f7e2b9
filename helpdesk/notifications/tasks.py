"""The sender's bell: beat, the worker's own loop and every queueing operation ring it."""

from typing import Any

from celery import shared_task


@shared_task(name="notifications.deliver")
def deliver(**kwargs: Any) -> int:
    """Deliver what is due; returns how many rows were tried."""
    from helpdesk.notifications.sending import deliver_due  # noqa: PLC0415 - tasks are leaves

    return deliver_due()
