"""What sign-in leaves for the workers to tidy, and the daily look at clients' domains."""

from typing import Any

from celery import shared_task


@shared_task(name="accounts.forget_sessions")
def forget_sessions_task(**kwargs: Any) -> int:
    """Delete expired sessions."""
    from helpdesk.accounts.operations.access import forget_sessions  # noqa: PLC0415 - tasks are leaves

    return forget_sessions()


@shared_task(name="accounts.recheck_domains")
def recheck_domains_task(**kwargs: Any) -> int:
    """Look again at what verified domains publish; returns how many answered."""
    from helpdesk.accounts.operations.domain_upkeep import recheck_domains  # noqa: PLC0415 - tasks are leaves

    return recheck_domains()
