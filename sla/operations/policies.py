"""Publishing support policies: every save is a version of its own, in force from its day on (POLICY, first lines)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Stale
from sla.models import Agreement, Calendar, Policy, PolicyVersion, Target
from sla.operations.reaching import require_policy
from sla.policy_spec import Spec, check_spec, differences, drawn, spec_of
from sla.queries import DEFAULT_CALENDAR, DEFAULT_POLICY, policy_in_force

LONGEST_REASON = 300


@transaction.atomic
def publish_policy(
    *,
    policy: Policy,
    spec: Spec,
    effective_on: date | None,
    reason: str,
    seen: int,
    organisation: Organisation | None = None,
    actor: Actor,
    at: datetime | None = None,
) -> PolicyVersion:
    """Publish the specification as the policy's next version; tickets that are open keep the version they have.

    `effective_on` is a date of the support hours' zone, from whose beginning on it holds for new tickets; today or None
    is at once. `seen` is the number of the newest version that the draft began from. With `organisation` the version is
    for that one alone: it gets a policy of its own, which begins as a copy of the one that it had. Raises whatever
    `check_edit` refuses, and `Forbidden` from who does not serve everybody whom it is for.
    """
    require(actor, "settings.policy")
    policy, at = locked_policy(policy), at or database_now()
    require_policy(actor, policy, organisation=organisation)
    check_edit(
        policy=policy,
        spec=spec,
        effective_on=effective_on,
        reason=reason,
        seen=seen,
        organisation=organisation,
        at=at,
    )
    before = spec_of(newest_version(policy))
    if organisation is not None:
        policy = _own_policy(policy, organisation, actor=actor, at=at)
    version = _write(policy, spec, effective_from=effective_from(effective_on, at=at), reason=reason.strip())
    record_vendor(
        action="policy.publish",
        subject=f"{policy.key} {version.number}",
        actor=actor,
        at=at,
        reason=version.reason,
        data={"changes": differences(before, spec), "effective_from": version.effective_from.isoformat()},
    )
    return version


def check_edit(
    *,
    policy: Policy,
    spec: Spec,
    effective_on: date | None,
    reason: str,
    seen: int,
    organisation: Organisation | None,
    at: datetime,
) -> None:
    """Raises what publishing would refuse; the caller holds the policy's lock.

    `Stale` where another version was published since, `Conflict` for a day before the newest version's and for an
    organisation that does not have this policy, `DomainError` without a reason or a change, for a day that is past, and
    for a policy that makes no sense.
    """
    newest = newest_version(policy)
    if newest.number != seen:
        said = _("Version %(number)d was published meanwhile. Look at it, then make your change again.")
        raise Stale(said % {"number": newest.number})
    check_spec(spec)
    if not reason.strip():
        raise DomainError(_("Say why the policy is changed."), field="reason")
    if len(reason) > LONGEST_REASON:
        said = _("The reason is longer than %(most)d characters.")
        raise DomainError(said % {"most": LONGEST_REASON}, field="reason")
    if not differences(spec_of(newest), spec):
        raise DomainError(_("Nothing would change."))
    begins = effective_from(effective_on, at=at)
    if begins < newest.effective_from:
        said = _("Version %(number)d is announced for %(day)s already: a new one cannot begin before it.")
        day = newest.effective_from.astimezone(_zone())
        raise Conflict(said % {"number": newest.number, "day": f"{day:%d %B %Y}"}, field="effective_on")
    if organisation is not None and not Agreement.objects.filter(organisation=organisation, policy=policy).exists():
        said = _("%(name)s does not have this policy.")
        raise Conflict(said % {"name": organisation.name}, field="organisation")


def effective_from(day: date | None, *, at: datetime) -> datetime:
    """From when on a version of this date holds: `at` for today or none. Raises `DomainError` for the past."""
    today = at.astimezone(_zone()).date()
    if day is None or day == today:
        return at
    if day < today:
        raise DomainError(_("This date is past: what was promised stays. Choose today or later."), field="effective_on")
    return datetime.combine(day, time(), _zone())


def newest_version(policy: Policy) -> PolicyVersion:
    """The last version published, whether it is in force yet or not."""
    return PolicyVersion.objects.filter(policy=policy).order_by("-number")[0]


def locked_policy(policy: Policy) -> Policy:
    """The policy's row, locked: whoever edits it waits here."""
    return Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)


def _zone() -> ZoneInfo:
    """The zone in which days of a policy begin: that of the published support hours."""
    found = Calendar.objects.filter(key=DEFAULT_CALENDAR).first() or Calendar.objects.order_by("pk").first()
    return ZoneInfo(found.time_zone if found else "UTC")


def _write(policy: Policy, spec: Spec, *, effective_from: datetime, reason: str) -> PolicyVersion:
    version, rows = drawn(spec)
    last = PolicyVersion.objects.filter(policy=policy).order_by("-number").values_list("number", flat=True).first()
    version.policy, version.number, version.effective_from = policy, (last or 0) + 1, effective_from
    version.reason = reason
    version.save(force_insert=True)
    for row in rows:
        row.version = version
    Target.objects.bulk_create(rows)
    return version


def own_copy(policy: Policy, organisation: Organisation, *, at: datetime) -> Policy:
    """A policy of this organisation alone, begun as a copy of the version in force at the instant.

    It is called after the published policy and this organisation, and names no other that had its figures before.
    Raises `Conflict` where its key is taken.
    """
    current = policy_in_force(policy.pk, at=at)
    published = Policy.objects.filter(key=DEFAULT_POLICY).first() or policy
    key, name = f"{published.key}-{organisation.key.lower()}"[:50], f"{published.name}, {organisation.name}"[:80]
    if policy.key == key:  # others have it, too: whose name it bears goes on with another key
        key = f"{key}-own"[:50]
    own, made = Policy.objects.get_or_create(key=key, defaults={"name": name})
    if not made:
        raise Conflict(_("There is a policy “%(key)s” already.") % {"key": key}, field="organisation")
    why = _("As agreed before")
    if policy == published:
        why = _("As in version %(number)d of %(name)s") % {"name": policy.name, "number": current.number}
    _write(own, spec_of(current), effective_from=current.effective_from, reason=why)
    return own


def _own_policy(policy: Policy, organisation: Organisation, *, actor: Actor, at: datetime) -> Policy:
    """A policy of this organisation alone; its agreement points there."""
    own = own_copy(policy, organisation, at=at)
    Agreement.objects.filter(organisation=organisation).update(policy=own)
    said = {"before": policy.key, "after": own.key}
    record(
        organisation_id=organisation.pk,
        action="agreement.policy",
        subject=organisation.key,
        actor=actor,
        at=at,
        data=said,
    )
    return own
