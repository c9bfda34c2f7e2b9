"""Organisations (the tenants), people and their roles."""

from helpdesk.accounts.models.organisations import Membership, Organisation, StaffService
from helpdesk.accounts.models.people import ClientRole, StaffMember, StaffRole, Team, User, UserManager

__all__ = [
    "ClientRole",
    "Membership",
    "Organisation",
    "StaffMember",
    "StaffRole",
    "StaffService",
    "Team",
    "User",
    "UserManager",
]
