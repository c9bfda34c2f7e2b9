"""The log lines of background work: each carries its task's name and id, and one line says how it ended."""

import logging
import time
from typing import Any

from celery.signals import setup_logging, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars

logger = logging.getLogger("helpdesk.task")


@setup_logging.connect(weak=False)
def keep_our_logging(**kwargs: Any) -> None:
    """Celery configures no logging of its own where somebody listens here: Django's setting has done it already."""


@task_prerun.connect(weak=False)
def begin(task_id: str, task: Any, **kwargs: Any) -> None:
    """Name the task in every line from here on."""
    clear_contextvars()
    bind_contextvars(task=task.name, task_id=task_id)
    task.request.began = time.perf_counter()


@task_postrun.connect(weak=False)
def end(task: Any, state: str | None = None, **kwargs: Any) -> None:
    """Tell how it ended and how long it took, in milliseconds; never its arguments."""
    began = getattr(task.request, "began", None)
    ms = round((time.perf_counter() - began) * 1000, 1) if began is not None else None
    logger.info("task", extra={"outcome": str(state).lower(), "ms": ms})
    clear_contextvars()
