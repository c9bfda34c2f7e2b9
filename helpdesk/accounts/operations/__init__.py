"""The only writers of organisations and people."""

from helpdesk.accounts.operations.access import deactivate_person, reactivate_person
from helpdesk.accounts.operations.organisations import create_organisation, set_account_manager
from helpdesk.accounts.operations.people import add_client, add_staff
from helpdesk.accounts.operations.staff import set_away, set_teams

__all__ = [
    "add_client",
    "add_staff",
    "create_organisation",
    "deactivate_person",
    "reactivate_person",
    "set_account_manager",
    "set_away",
    "set_teams",
]
