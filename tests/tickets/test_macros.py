"""Reply templates: variables by exact name, whose they are, and what sending with them does."""

import pytest

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from tests.support import actor_of, colombo
from tickets.labels import tags_of
from tickets.macro_text import VARIABLES, faults_of, fill, unfilled_in
from tickets.models import Macro, Ticket, TimelineEntry
from tickets.operations.composing import send_reply
from tickets.operations.macros import MacroText, change_macro, create_macro, remove_macro

AT = colombo("2026-11-16 10:10")


@pytest.fixture
def make(world, everything):
    def create(person=None, *, shared=True, **text):
        given = {"name": "Thanks", "body": "Hello {{requester.name}}.", **text}
        return create_macro(actor=actor_of(person or world.agent), text=MacroText(**given), shared=shared, at=AT)

    return create


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ("Hello {{requester.name}}, {{ ticket.reference }}", []),
        ("{{ticket.refrence}} {{requester.name}}", ["{{ticket.refrence}}"]),
        ("{{Requester.Name}}", ["{{Requester.Name}}"]),
        ("{{}} {{ }}", ["{{}}", "{{ }}"]),
        ("{{requester.name}", ["{{"]),
        ("{{x}} {{x}}", ["{{x}}"]),
        ("{single} is text", []),
    ],
)
def test_what_is_no_variable_is_found_as_it_was_typed(typed, faults):
    assert faults_of(typed) == faults


def test_a_variable_is_replaced_once_and_one_without_a_value_stays_and_is_named():
    filled = fill("{{ticket.subject}} by {{limit.due}}", {"ticket.subject": "{{agent.name}}", "agent.name": "Nimal"})
    assert filled == ("{{agent.name}} by {{limit.due}}", ("limit.due",))
    assert unfilled_in(filled.text) == ["agent.name", "limit.due"]
    assert unfilled_in("{{no.variable}} {x}") == []


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"name": " "}, "name", "Give the template a name"),
        ({"name": "x" * 81}, "name", "80 characters fit"),
        ({"body": " "}, "body", "Write the text first"),
        ({"body": "{{ticket.refrence}}"}, "body", r"no variable {{ticket.refrence}}. Known are {{ticket.reference}}"),
        ({"body": "{{}}"}, "body", "no variable {{}}"),
        ({"then": "explode"}, "then", "cannot do that"),
        ({"severity": "P9", "severity_reason": "x"}, "severity", "no severity"),
        ({"severity": "P1"}, "severity_reason", "Say why the severity changes"),
        ({"tags": ["x" * 41]}, "tags", "a tag has at most 40"),
        ({"tags": [f"tag {number}" for number in range(21)]}, "tags", "at most 20 tags"),
    ],
)
def test_a_template_that_could_not_work_is_refused_beside_its_field(make, wrong, field, message):
    with pytest.raises(DomainError, match=message) as refusal:
        make(**wrong)
    assert refusal.value.field == field
    assert Macro.objects.count() == 0


def test_a_name_is_taken_once_among_the_shared_and_once_among_ones_own(make, world):
    make()
    make(shared=False)
    make(world.manager, shared=False)
    with pytest.raises(DomainError, match="of this name already"):
        make(name="THANKS")
    with pytest.raises(DomainError, match="of this name already"):
        make(name="thanks", shared=False)
    assert Macro.objects.count() == 3


def test_anybody_of_the_staff_changes_a_shared_one_and_nobody_a_colleagues_own(make, world):
    shared, own = make(), make(world.manager, shared=False)
    text = MacroText(name="Bye", body="Bye.")
    change_macro(macro=shared, actor=actor_of(world.admin), text=text, at=AT)
    assert Macro.objects.get(pk=shared.pk).name == "Bye"
    with pytest.raises(Forbidden):
        change_macro(macro=own, actor=actor_of(world.admin), text=text, at=AT)
    with pytest.raises(Forbidden):
        remove_macro(macro=own, actor=actor_of(world.agent))
    with pytest.raises(Forbidden):
        make(world.amara)
    remove_macro(macro=own, actor=actor_of(world.manager))
    with pytest.raises(DomainError, match="removed meanwhile"):
        change_macro(macro=own, actor=actor_of(world.manager), text=text, at=AT)
    said = list(
        VendorAuditEntry.objects.filter(action__startswith="macro.").order_by("id").values_list("action", flat=True)
    )
    assert said == ["macro.create", "macro.create", "macro.change", "macro.remove"]


def test_every_variable_has_its_meaning():
    assert all(str(meaning) for meaning in VARIABLES.values())


@pytest.mark.parametrize("then", ["", "wait", "resolve"])
def test_a_variable_that_nobody_filled_is_never_sent(world, submit, then):
    ticket = submit("P2")
    with pytest.raises(DomainError, match=r"\{\{limit\.due\}\} has no value on this ticket") as refusal:
        send_reply(ticket=ticket, actor=actor_of(world.agent), body="By {{limit.due}}.", then=then, at=AT)
    assert refusal.value.field == "body"
    assert TimelineEntry.objects.count() == 1


def test_a_client_may_write_braces(world, submit):
    send_reply(ticket=submit("P2"), actor=actor_of(world.alice), body="What is {{limit.due}}?", at=AT)
    assert TimelineEntry.objects.filter(kind="reply").count() == 1


def test_a_reply_changes_the_severity_in_the_same_step_or_not_at_all(world, submit):
    ticket, agent = submit("P2"), actor_of(world.agent)
    with pytest.raises(DomainError, match="Say why") as refusal:
        send_reply(ticket=ticket, actor=agent, body="Hello.", severity="P1", at=AT)
    assert refusal.value.field == "severity_reason"
    send_reply(
        ticket=ticket, actor=agent, body="Hello.", then="wait", severity="P1", severity_reason="All of them.", at=AT,
        seen=1,
    )  # fmt: skip
    entries = list(TimelineEntry.objects.order_by("id").values_list("kind", flat=True))
    assert entries == ["opened", "severity", "reply", "waiting"]
    assert (Ticket.objects.get().severity, Ticket.objects.get().state) == ("P1", "waiting")


def test_the_severity_that_the_ticket_has_changes_nothing(world, submit):
    send_reply(ticket=submit("P2"), actor=actor_of(world.agent), body="Hello.", severity="P2", at=AT)
    assert TimelineEntry.objects.filter(kind="severity").count() == 0


def test_a_client_cannot_change_the_severity_with_a_reply(world, submit):
    ticket = submit("P2")
    with pytest.raises(Forbidden):
        send_reply(
            ticket=ticket, actor=actor_of(world.alice), body="Now!", severity="P1", severity_reason="Mine.", at=AT
        )
    assert TimelineEntry.objects.count() == 1


def test_a_template_keeps_its_tags_as_tags_are_written(make):
    assert make(tags=["Invoices", "#VIP", "invoices"]).tags == ["invoices", "vip"]


def test_a_reply_puts_tags_on_in_the_same_step_or_not_at_all(submit, world):
    ticket, agent = submit("P2", "2026-11-16 10:00"), actor_of(world.agent)
    with pytest.raises(DomainError, match="a tag has at most 40"):
        send_reply(ticket=ticket, actor=agent, body="Hello.", tags=["x" * 41], at=AT)
    with pytest.raises(Forbidden):
        send_reply(ticket=ticket, actor=actor_of(world.alice), body="Hello.", tags=["vip"], at=AT)
    assert (TimelineEntry.objects.count(), tags_of(ticket)) == (1, [])
    send_reply(ticket=ticket, actor=agent, body="Hello.", tags=["VIP"], at=AT)
    assert (TimelineEntry.objects.count(), tags_of(ticket)) == (2, ["vip"])
