"""The editor of the matrix: what it saves, what it refuses and why, and what the lint tells of people."""

import pytest

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Forbidden, Stale
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from sla.models import Event, MatrixLevel, MatrixRule, MatrixVersion, QuietHours
from sla.queries import matrix_in_force
from tests.support import actor_of, colombo
from tickets.models import Escalation
from tickets.operations.matrix import publish_matrix
from tickets.operations.status import reopen, resolve
from tickets.operations.sweep import sweep

PAGE = "/settings/matrix/edit/"


def copied(matrix):
    """The seeded matrix as unsaved rows."""
    level_names = ("level", "name", "contact", "kind", "team_key", "address")
    rule_names = ("event", "severity", "recipients", "level_after", "quiet_hours", "repeat_minutes")
    return (
        [MatrixLevel(**{name: getattr(row, name) for name in level_names}) for row in matrix.levels.values()],
        [MatrixRule(**{name: getattr(row, name) for name in rule_names}) for row in matrix.all_rules],
    )


def publish(world, *more, minutes=270, at="2026-11-01 10:00", **given):
    levels, rules = copied(matrix_in_force(at=colombo(at)))
    version = MatrixVersion.objects.order_by("-number")[0].number
    return publish_matrix(
        **{
            "levels": levels, "rules": [*rules, *more], "reminder_minutes": minutes, "reason": "Tried in a test",
            "seen": version, "actor": actor_of(world.admin), "at": colombo(at), **given,
        }
    )  # fmt: skip


def rule(event, *recipients, **more):
    return MatrixRule(event=event, recipients=list(recipients), **more)


def test_a_rule_that_nobody_changed_stays_folded(world, signed_in):
    admin = signed_in(world.admin)
    answer = admin.get(PAGE)
    assert answer.content.decode().count('<details class="case-fold">') == 9, "seven rules, and two to add"
    form, levels, rules = (answer.context[name] for name in ("form", "levels", "rules"))
    sent = {name: form[name].value() for name in form.fields}
    for rows in (levels, rules):
        sent |= {f"{rows.prefix}-TOTAL_FORMS": len(rows), f"{rows.prefix}-INITIAL_FORMS": rows.initial_form_count()}
        sent |= {row.add_prefix(name): row[name].value() for row in rows for name in row.fields}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}
    tried = admin.post(PAGE, {**sent, "rules-2-level_after": "3", "try": "1"}).content.decode()
    assert tried.count('<details class="case-fold">') == 8
    assert tried.count("changed here") == 1


def test_a_new_version_answers_from_its_instant_on_and_stands_in_the_log(submit, world):
    publish(
        world,
        rule("response_overdue", "level2", "role:admin", severity="P2", level_after=2, repeat_minutes=60),
        rule("warning", "team:support", severity="P1", quiet_hours=QuietHours.CLOSED),
    )
    assert matrix_in_force(at=colombo("2026-10-31 10:00")).version.number == 1
    submit("P2", "2026-11-16 10:00")
    overdue = colombo("2026-11-18 10:01")
    sweep(at=overdue)
    told = Notice.objects.filter(event="response_overdue").values_list("recipient", "role")
    assert set(told) == {
        ("malini@ravingcrm.example", "Account manager of ACME"), ("indra@ravingcrm.example", "Told as admin"),
    }  # fmt: skip
    assert Escalation.objects.get().remind_at == colombo("2026-11-18 11:01")
    entry = VendorAuditEntry.objects.get(action="matrix.publish")
    assert (entry.reason, entry.data["version"]) == ("Tried in a test", 2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([rule("warning", "level1")], "Most of the budget is used: there are two rules for it."),
        ([rule("warning", severity="P1")], "Most of the budget is used, P1: it tells nobody."),
        ([rule("limit_passed", "level3", severity="P4")], "it can never fire. No policy promises that."),
        ([rule("warning", "level1", severity=f"P{n}") for n in (1, 2, 3, 4)], "Each severity has a rule of its own."),
        ([rule("warning", "address:Support@ravingcrm.example", severity="P1")], "is one of our own inbound addresses"),
        ([rule("warning", "level1", severity="P1", level_after=3)], "goes to level 3, and nobody there is told."),
        ([rule("warning", "level7", severity="P1")], "there is no level7."),
        ([rule("warning", "client", severity="P1")], "“client” means nothing there."),
        ([rule("warning", "team:none", severity="P1")], "the team “none” has no active member."),
        ([rule("asked", "next", severity="P1", level_after=2)], "leave the level afterwards unchanged."),
    ],
)
def test_a_matrix_that_reaches_nobody_contradicts_itself_or_never_fires_is_refused(world, everything, more, said):
    with pytest.raises(DomainError) as refused:
        publish(world, *more)
    assert said in refused.value.message
    assert MatrixVersion.objects.count() == 1


def test_only_admins_publish_from_what_they_have_seen_and_with_a_reason(world, everything):
    with pytest.raises(Forbidden):
        publish(world, actor=actor_of(world.manager))
    with pytest.raises(Stale, match="Version 1 was published meanwhile"):
        publish(world, seen=0)
    with pytest.raises(DomainError) as refused:
        publish(world, reason=" ")
    assert refused.value.field == "reason"


def test_a_second_reopening_climbs_where_a_rule_says_so_and_a_third_repeats_nothing(submit, world):
    publish(world, rule("reopened_twice", "level2", level_after=2))
    ticket = submit("P3", "2026-11-16 10:00")
    for hour in (11, 13, 15):
        at = colombo(f"2026-11-16 {hour}:00")
        resolve(ticket=ticket, actor=actor_of(world.agent), message="Done.", at=at)
        found = reopen(ticket=ticket, actor=actor_of(world.alice), reason="No.", at=colombo(f"2026-11-16 {hour}:30"))
        assert found.level == (1 if hour == 11 else 2)
    notice = Notice.objects.get(event=Event.REOPENED_TWICE)
    assert (notice.recipient, notice.next_at) == ("malini@ravingcrm.example", colombo("2026-11-16 13:30"))
    assert Escalation.objects.get().event == Event.REOPENED_TWICE


def sent(page, **change):
    """What the browser would send of the page's forms."""
    context, data = page.context, {}
    for form in (context["form"], context["case"], *context["levels"], *context["rules"]):
        data |= {form[name].html_name: form[name].value() for name in form.fields}
    for forms in (context["levels"], context["rules"]):
        data |= {forms.management_form[name].html_name: forms.management_form[name].value() for name in
                 ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    given = {name: value for name, value in {**data, "organisation": "ACME", **change}.items() if value is not None}
    return {**given, "at": "2026-11-20 16:50"}


def test_a_draft_is_rehearsed_beside_the_form_and_saved_only_when_asked(world, signed_in):
    admin = signed_in(world.admin)
    page = admin.get(PAGE)
    added = f"rules-{len(page.context['rules']) - 2}"
    draft = {
        f"{added}-event": "limit_passed", f"{added}-severity": "P1", f"{added}-recipients": ["level3"],
        f"{added}-address": "board@ravingcrm.example", f"{added}-level_after": "3",
    }  # fmt: skip
    tried = admin.post(PAGE, sent(page, **draft))
    assert tried.status_code == 200
    told = [person.email for one in tried.context["rehearsed"].told for person in one.step.told]
    assert "board@ravingcrm.example" in told
    assert MatrixVersion.objects.count() == 1
    refused = admin.post(PAGE, sent(page, save="1", **{**draft, f"{added}-event": "warning"}))
    assert refused.status_code == 422
    assert "board@ravingcrm.example" in refused.content.decode(), "nothing typed is lost"
    wrong = admin.post(PAGE, sent(page, save="1", **{**draft, f"{added}-address": "no address"}))
    assert (wrong.status_code, list(wrong.context["rules"].errors[-2])) == (422, ["address"])
    saved = admin.post(PAGE, sent(page, save="1", reason="The board reads it", **draft))
    assert saved.headers["Location"] == "/settings/matrix/"
    with system_scope("the test looks"):
        kept = matrix_in_force(at=database_now()).rule("limit_passed", "P1")
    assert kept.recipients == ["level3", "address:board@ravingcrm.example"]
    again = admin.post(PAGE, sent(page, save="1", reason="Late", **draft))
    assert again.status_code == 409
    assert "published meanwhile" in again.content.decode()
    assert signed_in(world.agent).get(PAGE).status_code == 403
