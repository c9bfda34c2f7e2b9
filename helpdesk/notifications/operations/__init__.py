"""What changes mails: queueing them, what an admin may do to one, the ids of mails, and addresses that bounce."""

from helpdesk.notifications.operations.bounces import lift_suppression, record_bounce, refuse_address
from helpdesk.notifications.operations.queueing import (
    ListedMail,
    archive_history,
    mark_read,
    queue_account_notice,
    queue_listed_mails,
    queue_notices,
    remove_listed_mails,
    retry_account_notice,
    retry_notice,
    take_back,
    withdraw_account_notices,
)
from helpdesk.notifications.operations.references import record_message

__all__ = [
    "ListedMail",
    "archive_history",
    "lift_suppression",
    "mark_read",
    "queue_account_notice",
    "queue_listed_mails",
    "queue_notices",
    "record_bounce",
    "record_message",
    "refuse_address",
    "remove_listed_mails",
    "retry_account_notice",
    "retry_notice",
    "take_back",
    "withdraw_account_notices",
]
