"""Components: who defines them, what is refused, and since when one is a beta feature."""

import pytest

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from status.models import Component
from status.operations.components import (
    ComponentText,
    change_component,
    define_component,
    restore_component,
    retire_component,
)
from status.queries import components_in_use
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
AT = colombo("2026-11-16 10:00")


def test_only_an_administrator_defines_components_and_the_log_tells_it(world, component):
    with pytest.raises(Forbidden):
        define_component(actor=actor_of(world.agent), text=ComponentText(name="Web"), at=AT)
    component("Reports", core=False, beta=True, group="More")
    with system_scope("the vendor's log"):
        row = VendorAuditEntry.objects.get(action="component.define")
    assert (row.subject, row.data) == ("Reports", {"group": "More", "core": False, "beta": True})


@pytest.mark.parametrize(
    ("given", "at_field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "TAKEN"}, "name"),
        ({"description": "x" * 201}, "description"),
        ({"group": "x" * 61}, "group"),
        ({"core": True, "beta": True}, "beta"),
        ({"position": "first"}, "position"),
    ],
)
def test_what_is_no_component_is_refused_beside_its_input(component, given, at_field):
    component("Taken")
    with pytest.raises(DomainError) as refused:
        component(**{"name": "Other", **given})
    assert refused.value.field == at_field


def test_components_stand_by_group_and_place_and_a_retired_one_no_more(world, component):
    later = component("Reports", group="More", core=False, position="1")
    component("API", position="2")
    component("Web", position="1")
    component("E-mail", group="more", position="0")
    assert [one.name for one in components_in_use()] == ["E-mail", "Reports", "Web", "API"]
    retire_component(component=later, actor=actor_of(world.admin), at=AT)
    assert [one.name for one in components_in_use()] == ["E-mail", "Web", "API"]
    component("Reports")
    with pytest.raises(DomainError, match="already"):
        restore_component(component=later, actor=actor_of(world.admin), at=AT)


def test_a_beta_feature_is_one_from_the_instant_it_was_marked_so(world, component):
    reports, admin = component("Reports", core=False), actor_of(world.admin)
    marked = ComponentText(name="Reports", core=False, beta=True)
    change_component(component=reports, actor=admin, text=marked, at=AT)
    change_component(component=reports, actor=admin, text=marked, at=colombo("2026-11-17 10:00"))
    assert Component.objects.get(pk=reports.pk).beta_since == AT
    change_component(component=reports, actor=admin, text=ComponentText(name="Reports"), at=AT)
    assert Component.objects.get(pk=reports.pk).beta_since is None


def test_no_more_components_than_a_page_can_tell_of_are_in_use(world, component, monkeypatch):
    monkeypatch.setattr("status.operations.components.MOST_IN_USE", 1)
    first = component("A")
    with pytest.raises(DomainError, match="1 components"):
        component("B")
    retire_component(component=first, actor=actor_of(world.admin), at=AT)
    component("B")
    with pytest.raises(DomainError, match="1 components"):
        restore_component(component=first, actor=actor_of(world.admin), at=AT)
