"""What is said of staff members: their absences and their teams."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import StaffMember, Team
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError

YEARS = range(2000, 2200)  # in every zone there is such an instant, and it can be shown


@transaction.atomic
def set_away(*, staff: StaffMember, away_from: datetime | None, away_until: datetime | None, actor: Actor) -> None:
    """Set or clear an absence, one's own or, as an admin, anybody's; the deputy gets level 2 meanwhile.

    Raises `DomainError` if it ends before it begins, ends without a beginning, or lies in no year of these times.
    """
    if actor.staff_id != staff.pk:
        require(actor, "settings.people")
    for field, moment in (("away_from", away_from), ("away_until", away_until)):
        if moment and moment.year not in YEARS:
            raise DomainError(f"Choose a year from {YEARS.start} to {YEARS.stop - 1}.", field=field)
    if away_until and not away_from:
        raise DomainError("Say when the absence begins.", field="away_from")
    if away_from and away_until and away_until <= away_from:
        raise DomainError("The absence ends before it begins.", field="away_until")
    staff.away_from, staff.away_until = away_from, away_until
    staff.save(update_fields=["away_from", "away_until"])
    period = {"from": str(away_from or ""), "until": str(away_until or "")}
    record_vendor(action="staff.away", subject=staff.user.email, actor=actor, at=database_now(), data=period)


@transaction.atomic
def set_teams(*, staff: StaffMember, teams: list[Team], actor: Actor, at: datetime | None = None) -> None:
    """Make a staff member belong to these teams and no others; a team is whom a level reaches (POLICY 7).

    A team may be left empty: its level's notices then go to the admins, with a warning.
    """
    require(actor, "settings.people")
    locked = StaffMember.objects.select_for_update().get(pk=staff.pk)
    before = sorted(team.key for team in locked.teams.all())
    locked.teams.set(teams)
    record_vendor(
        action="staff.teams",
        subject=staff.user.email,
        actor=actor,
        at=at or database_now(),
        data={"before": before, "teams": sorted(team.key for team in teams)},
    )
