"""What sign-in leaves for the workers to tidy."""

from typing import Any

from celery import shared_task


@shared_task(name="accounts.forget_sessions")
def forget_sessions_task(**kwargs: Any) -> int:
    """Delete expired sessions."""
    from helpdesk.accounts.operations.access import forget_sessions  # noqa: PLC0415 - tasks are leaves

    return forget_sessions()
