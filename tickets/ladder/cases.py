"""A case to rehearse, from an organisation's own rows: its agreement's policy and calendar, and who answers for it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.lib.errors import DomainError
from helpdesk.notifications.drafts import Recipient
from sla.engine.entries import Entry, EntryKind
from sla.folding import Subject, fold_clocks
from sla.models import Event, Severity
from sla.queries import agreement_of, policy_in_force
from tickets.ladder.occurrences import Occurrence
from tickets.ladder.rehearsal import Case

NO_TICKET = UUID(int=0)
FIRST_YEAR, LAST_YEAR = 2000, 2199


def case_of(organisation: Organisation, *, severity: str, at: datetime, requester: Recipient | None = None) -> Case:
    """A ticket of this severity that the organisation submits at the instant. Reads rows, within the caller's scope.

    Raises `DomainError` for an unknown severity and for an instant of which no support time is known.
    """
    if severity not in Severity.values:
        raise DomainError(
            _("%(severity)s is no severity; choose one of %(all)s.")
            % {"severity": severity, "all": ", ".join(Severity.values)},
            field="severity",
        )
    if not FIRST_YEAR <= at.year < LAST_YEAR:
        raise DomainError(
            _("Choose a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR - 1}, field="at"
        )
    agreement = agreement_of(organisation.pk)
    calendar = agreement.calendar
    assert calendar.current_version_id is not None
    version = policy_in_force(agreement.policy_id, at=at)
    subject = Subject(
        ticket_id=0, organisation_id=organisation.pk, opened_at=at, policy_version_id=version.pk, calendar=calendar
    )
    somebody = requester or Recipient(email="", name=_("the client who opens it"), role=_("Requester"))
    opened = Occurrence(
        event=Event.SUBMITTED,
        instant=at,
        ticket_id=0,
        organisation_id=organisation.pk,
        organisation_key=organisation.key,
        organisation_name=organisation.name,
        account_manager_id=organisation.account_manager_id,
        deputy_id=organisation.deputy_id,
        number=0,
        public_id=NO_TICKET,
        subject="",
        severity=severity,
        level=1,
        assignee_id=None,
        requester_name=somebody.name,
        opened_at=at,
        calendar_version_id=calendar.current_version_id,
    )
    entry = Entry(at=at, kind=EntryKind.OPENED, severity=severity)
    return Case(opened=opened, clocks=fold_clocks(subject=subject, entries=[entry], at=at), requester=somebody)
