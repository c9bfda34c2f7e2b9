"""Organisations (the tenants), people and their roles."""

from helpdesk.accounts.models.domains import DomainState, OrganisationDomain
from helpdesk.accounts.models.invitations import ClientInvitation, InvitationState, StaffInvitation
from helpdesk.accounts.models.organisations import Membership, Organisation, StaffService
from helpdesk.accounts.models.people import Assignment, ClientRole, StaffMember, StaffRole, Team, User, UserManager
from helpdesk.accounts.models.sessions import PersonSession
from helpdesk.accounts.models.token import ApiToken
from helpdesk.accounts.models.turns import TeamTurn
from helpdesk.accounts.models.wishes import InAppOnly

__all__ = [
    "ApiToken",
    "Assignment",
    "ClientInvitation",
    "ClientRole",
    "DomainState",
    "InAppOnly",
    "InvitationState",
    "Membership",
    "Organisation",
    "OrganisationDomain",
    "PersonSession",
    "StaffInvitation",
    "StaffMember",
    "StaffRole",
    "StaffService",
    "Team",
    "TeamTurn",
    "User",
    "UserManager",
]
