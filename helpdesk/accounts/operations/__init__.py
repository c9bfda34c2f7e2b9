"""The only writers of organisations and people."""

from helpdesk.accounts.operations.acceptance import InvitationGone, Opened, accept_invitation, open_invitation
from helpdesk.accounts.operations.access import deactivate_person, end_sessions, reactivate_person
from helpdesk.accounts.operations.contacts import add_contact, confirm_contact
from helpdesk.accounts.operations.domains import add_domain, check_domain, remove_domain
from helpdesk.accounts.operations.invitation_upkeep import resend_invitation, revoke_invitation
from helpdesk.accounts.operations.invitations import invite_client, invite_staff
from helpdesk.accounts.operations.organisations import create_organisation, set_account_manager, share_tickets
from helpdesk.accounts.operations.people import add_client, add_staff
from helpdesk.accounts.operations.profile import set_password, update_profile
from helpdesk.accounts.operations.roles import change_client_role, change_staff_role, set_served
from helpdesk.accounts.operations.staff import set_away, set_teams
from helpdesk.accounts.operations.turns import set_assignment, take_turn
from helpdesk.accounts.operations.wishes import choose_notices

__all__ = [
    "InvitationGone",
    "Opened",
    "accept_invitation",
    "add_client",
    "add_contact",
    "add_domain",
    "add_staff",
    "change_client_role",
    "change_staff_role",
    "check_domain",
    "choose_notices",
    "confirm_contact",
    "create_organisation",
    "deactivate_person",
    "end_sessions",
    "invite_client",
    "invite_staff",
    "open_invitation",
    "reactivate_person",
    "remove_domain",
    "resend_invitation",
    "revoke_invitation",
    "set_account_manager",
    "set_assignment",
    "set_away",
    "set_password",
    "set_served",
    "set_teams",
    "share_tickets",
    "take_turn",
    "update_profile",
]
