"""The wake-up bell: ask a worker to look at its rows now. Losing the bell costs seconds, never work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)
_muted: ContextVar[bool] = ContextVar("helpdesk_bell_muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Ring for nothing inside the block: seeding writes a year of history that no worker needs to hear of."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def is_muted() -> bool:
    """Whether bells are to keep still at this moment."""
    return _muted.get()


def wake(task: str) -> None:
    """Ring for the task of this name once the current transaction has committed.

    Failure is logged and swallowed: beat and the worker's own loop find the rows anyway.
    """
    if not is_muted():
        transaction.on_commit(lambda: _ring(task), robust=True)


def _ring(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=60)
    except Exception as error:  # noqa: BLE001 - any broker fault at all must not reach the user
        logger.warning("could not wake %s: %s", task, error)
