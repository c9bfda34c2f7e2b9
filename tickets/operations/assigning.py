"""Giving a new ticket to somebody of level 1's team, by turn or by load, as the team has chosen."""

from collections.abc import Sequence

from django.db.models import Count

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Assignment, StaffMember, Team
from helpdesk.accounts.models.people import is_absent
from helpdesk.accounts.operations import take_turn
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from sla.queries import matrix_in_force
from tickets.models import EntryKind, Ticket
from tickets.operations.work import Work

WORDS = {
    Assignment.ROUND_ROBIN: "Given to {} by turn.",
    Assignment.LEAST_LOADED: "Given to {}, who holds the fewest open tickets.",
}


def assign_by_team(work: Work) -> None:
    """Give the ticket that is being opened to a present member of level 1's team who serves its organisation.

    Does nothing where the team gives out its tickets by hand, or nobody is there: level 1 is told in any case.
    """
    automatic = {team.key: team for team in Team.objects.exclude(assignment=Assignment.MANUAL)}
    if not automatic:
        return
    level, directory = matrix_in_force(at=work.at).levels[1], Directory.read()
    team = automatic.get(directory.own.get(level.address.lower()) or level.team_key)
    if team is None:
        return
    people = directory.team(team.key, organisation_id=work.ticket.organisation_id)
    present = [one.id for one in people if not is_absent(one.away_from, one.away_until, at=work.at)]
    among = _least_loaded(present) if team.assignment == Assignment.LEAST_LOADED else present
    chosen = take_turn(team_id=team.pk, among=among, at=work.at)
    if chosen is None:
        return
    work.ticket.assignee = StaffMember.objects.select_related("user").get(pk=chosen)
    body = WORDS[Assignment(team.assignment)].format(work.ticket.assignee)
    entry = work.write(EntryKind.ASSIGNED, body=body, public=False, data={"assignee": chosen})
    entry.actor_kind, entry.actor_id, entry.actor_name = SYSTEM.kind.value, SYSTEM.user_id, SYSTEM.name


def _least_loaded(staff_ids: Sequence[int]) -> list[int]:
    """Those of them who hold the fewest tickets of the queue, of whichever organisation."""
    with system_scope("how many open tickets each member of a team holds, of whichever organisation"):
        held = Ticket.objects.filter(in_queue=True, assignee_id__in=list(staff_ids))
        counted = dict(held.order_by().values_list("assignee_id").annotate(Count("pk")))
    fewest = min((counted.get(one, 0) for one in staff_ids), default=0)
    return [one for one in staff_ids if counted.get(one, 0) == fewest]
