"""The sender's bell: beat, the worker's own loop and every queueing operation ring it."""

from typing import Any

from celery import shared_task


@shared_task(name="notifications.deliver")
def deliver(*, alone: bool = False, **kwargs: Any) -> int:
    """Deliver what is due; returns how many rows were tried. `alone`: nobody else rings, so all of it at once."""
    from helpdesk.notifications.sending import deliver_due  # noqa: PLC0415 - tasks are leaves

    return deliver_due(in_turn=not alone)
