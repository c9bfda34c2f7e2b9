"""Reads of runs over many tickets: one's own only, and of each only the tickets that one may see now."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from helpdesk.accounts.members import Member
from helpdesk.lib.tenancy import system_scope
from tickets.models import BulkItem, BulkRun, Outcome

OWN = "a run belongs to its person, not to an organisation"
LISTED = 20


class BulkRunNotFound(LookupError):
    """No such run for this member: missing, or somebody else's."""


@dataclass(frozen=True)
class Progress:
    """How far a run is, by the tickets that its reader may see."""

    items: list[BulkItem]
    by_outcome: Counter[str]

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def left(self) -> int:
        return self.by_outcome[Outcome.PENDING]

    @property
    def had_turn(self) -> int:
        return self.total - self.left

    @property
    def done(self) -> int:
        return self.by_outcome[Outcome.DONE]

    @property
    def not_done(self) -> int:
        return self.had_turn - self.done


def get_run(member: Member, public_id: UUID) -> BulkRun:
    """The member's run behind a link. Raises `BulkRunNotFound` for missing and other people's alike."""
    with system_scope(OWN):
        found = BulkRun.objects.filter(public_id=public_id, staff=member.staff).first()
    if found is None:
        raise BulkRunNotFound(str(public_id))
    return found


def recent_runs(member: Member) -> list[BulkRun]:
    """The member's newest runs."""
    with system_scope(OWN):
        return list(BulkRun.objects.filter(staff=member.staff).order_by("-created_at", "-pk")[:LISTED])


def progress_of(run: BulkRun) -> Progress:
    """The run's tickets in the order in which they were chosen, as far as they are in scope."""
    items = list(BulkItem.objects.filter(run_id=run.pk).select_related("ticket__organisation").order_by("pk"))
    return Progress(items, Counter(item.outcome for item in items))
