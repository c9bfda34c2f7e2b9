"""How a team's new tickets find somebody, and whose turn it is."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from helpdesk.accounts.models import Assignment, Team, TeamTurn
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.rows import insert_rows


@transaction.atomic
def set_assignment(*, team: Team, assignment: str, actor: Actor, at: datetime | None = None) -> None:
    """Let the team's new tickets be given out by hand, by turn or by load. The same again changes nothing.

    Raises `DomainError` for another way.
    """
    require(actor, "settings.people")
    if assignment not in Assignment.values:
        raise DomainError("Choose how new tickets are given out.", field="assignment")
    locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if locked.assignment == assignment:
        return
    before, locked.assignment = locked.assignment, assignment
    locked.save(update_fields=["assignment"])
    said = {"before": before, "after": assignment}
    record_vendor(action="team.assignment", subject=team.key, actor=actor, at=at or database_now(), data=said)


def take_turn(*, team_id: int, among: Collection[int], at: datetime) -> int | None:
    """The staff id, among these, whose turn it is, and note that they were given one; None for nobody.

    Two tickets at once do not wait for each other: a member whose turn is being taken is passed over, unless there is
    nobody else. The caller is inside a transaction.
    """
    if not among:
        return None
    rows = [{"team_id": team_id, "staff_id": staff_id} for staff_id in sorted(among)]
    insert_rows(TeamTurn, rows, ignore_conflicts=True)
    waiting = TeamTurn.objects.filter(team_id=team_id, staff_id__in=list(among))
    ordered = waiting.order_by(F("given_at").asc(nulls_first=True), "staff_id")
    turn = ordered.select_for_update(skip_locked=True).first() or ordered.select_for_update().first()
    assert turn is not None
    turn.given_at = at
    turn.save(update_fields=["given_at"])
    return turn.staff_id
