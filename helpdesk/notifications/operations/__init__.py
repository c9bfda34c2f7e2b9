"""What changes mails: queueing them, what an admin may do to one, the ids of mails, and addresses that bounce."""

from helpdesk.notifications.operations.bounces import lift_suppression, record_bounce
from helpdesk.notifications.operations.queueing import (
    archive_history,
    mark_read,
    queue_account_notice,
    queue_notices,
    retry_account_notice,
    retry_notice,
    take_back,
    withdraw_account_notices,
)
from helpdesk.notifications.operations.references import record_message

__all__ = [
    "archive_history",
    "lift_suppression",
    "mark_read",
    "queue_account_notice",
    "queue_notices",
    "record_bounce",
    "record_message",
    "retry_account_notice",
    "retry_notice",
    "take_back",
    "withdraw_account_notices",
]
