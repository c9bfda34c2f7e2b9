"""What people type about people, and how a refused operation comes back to its form."""

from helpdesk.accounts.forms.fields import MomentField, needed
from helpdesk.accounts.forms.invitations import AcceptanceForm, ClientInvitationForm, ColleagueForm, StaffInvitationForm
from helpdesk.accounts.forms.people import (
    AbsenceForm,
    ClientRoleForm,
    DomainForm,
    NoticesForm,
    PeopleFilterForm,
    ProfileForm,
    ServedForm,
    StaffRoleForm,
    TeamsForm,
)
from helpdesk.accounts.forms.refusals import filled_in, refusal_status, refused
from helpdesk.accounts.forms.signing import ResetRequestForm

__all__ = [
    "AbsenceForm",
    "AcceptanceForm",
    "ClientInvitationForm",
    "ClientRoleForm",
    "ColleagueForm",
    "DomainForm",
    "MomentField",
    "NoticesForm",
    "PeopleFilterForm",
    "ProfileForm",
    "ResetRequestForm",
    "ServedForm",
    "StaffInvitationForm",
    "StaffRoleForm",
    "TeamsForm",
    "filled_in",
    "needed",
    "refusal_status",
    "refused",
]
