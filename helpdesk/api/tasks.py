"""What the API leaves for the workers to tidy."""

from typing import Any

from celery import shared_task


@shared_task(name="api.forget_requests")
def forget_requests_task(**kwargs: Any) -> int:
    """Remove the keys of requests that nobody repeats any more."""
    from helpdesk.api.operations import forget_requests  # noqa: PLC0415 - workers name tasks before they need code

    return forget_requests()
