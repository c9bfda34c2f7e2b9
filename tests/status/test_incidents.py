"""Incidents: their phases, impacts over time, what is told afterwards, promises, drafts and retraction."""

import pytest

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from status.impacts import spans_of
from status.models import Incident, IncidentImpact, IncidentUpdate
from status.models.levels import ImpactLevel, worst_of
from status.operations.incidents import may_write, publish_incident, retract_incident, set_in_app
from status.queries import open_incidents, overdue_incidents, shown_incident, shown_incidents
from status.uptime.facts import Level
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db


def spans(incident):
    with system_scope("what was written"):
        found = spans_of(IncidentImpact.objects.filter(incident=incident))
    minutes = [(span.level, span.begins, span.ends) for span in found]
    return [(level, f"{begins:%H:%M}", ends and f"{ends:%H:%M}") for level, begins, ends in minutes]


def test_an_incident_goes_through_its_phases_and_its_row_says_how_it_stands(tell, go_on, web, component):
    api = component("API")
    incident = tell(at="2026-11-16 10:00", promise="2026-11-16 10:30")
    assert (incident.phase, incident.level, incident.next_update_at) == (
        "investigating", "major_outage", colombo("2026-11-16 10:30"),
    )  # fmt: skip
    go_on(incident, "identified", "2026-11-16 10:20", impacts={web: "partial_outage", api: "degraded_performance"})
    assert (incident.phase, incident.level, incident.next_update_at) == ("identified", "partial_outage", None)
    go_on(incident, "monitoring", "2026-11-16 10:40", impacts={web: "operational"})
    assert (incident.level, incident.monitoring_at) == ("degraded_performance", colombo("2026-11-16 10:40"))
    go_on(incident, "resolved", "2026-11-16 11:00")
    assert (incident.level, incident.worst_level, incident.resolved_at, incident.is_open) == (
        "operational", "major_outage", colombo("2026-11-16 11:00"), False,
    )  # fmt: skip
    assert spans(incident) == [
        ("major_outage", "04:30", "04:50"),
        ("partial_outage", "04:50", "05:10"),
        ("degraded_performance", "04:50", "05:30"),
    ]
    go_on(incident, "postmortem", "2026-11-18 09:00", body="A certificate had expired.")
    assert (incident.phase, incident.resolved_at) == ("resolved", colombo("2026-11-16 11:00"))


def test_an_incident_may_open_again_after_its_resolution(tell, go_on, web):
    incident = tell()
    go_on(incident, "resolved", "2026-11-16 11:00")
    go_on(incident, "investigating", "2026-11-16 12:00", impacts={web: "major_outage"})
    assert (incident.resolved_at, incident.is_open) == (None, True)
    assert spans(incident) == [("major_outage", "04:30", "05:30"), ("major_outage", "06:30", None)]


def test_what_is_told_afterwards_counts_from_its_own_instant(tell, go_on, web):
    incident = tell(at="2026-11-16 10:00")
    go_on(incident, "investigating", "2026-11-16 12:00", display="2026-11-16 09:30", impacts={web: "partial_outage"})
    assert (incident.phase, incident.started_at) == ("investigating", colombo("2026-11-16 09:30"))
    assert spans(incident) == [("partial_outage", "04:00", "04:30"), ("major_outage", "04:30", None)]


def test_a_later_row_of_the_same_instant_corrects_an_earlier_one(tell, go_on, web):
    incident = tell(at="2026-11-16 10:00")
    go_on(incident, "resolved", "2026-11-16 11:00")
    go_on(incident, "resolved", "2026-11-16 13:00", display="2026-11-16 11:00")
    go_on(incident, "investigating", "2026-11-16 13:01", display="2026-11-16 10:00", impacts={web: "operational"})
    go_on(incident, "investigating", "2026-11-16 13:02", display="2026-11-16 10:05", impacts={web: "major_outage"})
    assert spans(incident) == [("major_outage", "04:35", "05:30")]
    assert incident.phase == "resolved", "what was told of earlier instants opens nothing again"


@pytest.mark.parametrize(
    ("given", "at_field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"kind": "weather"}, "kind"),
        ({"only": []}, "organisations"),
        ({"body": " "}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"body": "a\x00"}, "body"),
        ({"phase": "done"}, "phase"),
        ({"display": "2026-11-16 10:01"}, "display_at"),
        ({"promise": "2026-11-16 10:00"}, "next_update_at"),
        ({"phase": "resolved", "promise": "2026-11-16 11:00"}, "next_update_at"),
    ],
)
def test_what_is_no_incident_is_refused_beside_its_input(tell, given, at_field):
    with pytest.raises(DomainError) as refused:
        tell(**given)
    assert refused.value.field == at_field


def test_unknown_levels_and_components_are_refused(tell, go_on, web, component):
    incident, gone = tell(), component("Gone")
    gone.pk = 0
    for impacts in ({web: "on_fire"}, {gone: "major_outage"}):
        with pytest.raises(DomainError) as refused:
            go_on(incident, "identified", "2026-11-16 10:20", impacts=impacts)
        assert refused.value.field == "impacts"


def test_a_resolution_is_not_earlier_than_what_was_told_and_a_postmortem_not_than_it(tell, go_on, web):
    incident = tell()
    with pytest.raises(Conflict, match="once the incident is resolved"):
        go_on(incident, "postmortem", "2026-11-16 10:10")
    go_on(incident, "identified", "2026-11-16 10:20")
    with pytest.raises(DomainError) as refused:
        go_on(incident, "resolved", "2026-11-16 10:30", display="2026-11-16 10:19")
    assert refused.value.field == "display_at"
    go_on(incident, "resolved", "2026-11-16 10:30", display="2026-11-16 10:20")
    with pytest.raises(DomainError) as refused:
        go_on(incident, "postmortem", "2026-11-16 10:40", impacts={web: "major_outage"})
    assert refused.value.field == "impacts"


def test_a_client_writes_of_no_incident(world, tell):
    with pytest.raises(Forbidden):
        tell(person=world.amara)
    with scope({world.acme.pk}):
        assert not may_write(tell(), actor=actor_of(world.amara))


def test_staff_write_only_where_they_serve_all_who_read(world, tell, go_on):
    with pytest.raises(Forbidden), scope({world.globex.pk}):
        retract_incident(incident=tell(only=[world.acme, world.globex]), actor=actor_of(world.narrow), reason="Mine")
    with pytest.raises(Incident.DoesNotExist), scope({world.globex.pk}):
        retract_incident(incident=tell(only=[world.acme]), actor=actor_of(world.narrow), reason="Mine")
    with scope({world.globex.pk}):
        for_all, both = tell(), tell(only=[world.acme, world.globex])
        assert [may_write(one, actor=actor_of(world.narrow)) for one in (for_all, both)] == [True, False]


def test_a_draft_is_shown_to_nobody_until_it_is_published(world, tell, serving):
    draft = tell(published=False)
    assert list(shown_incidents()) == []
    publish_incident(incident=draft, actor=actor_of(world.agent), at=colombo("2026-11-16 10:20"))
    assert [one.published_at for one in open_incidents()] == [colombo("2026-11-16 10:20")]
    publish_incident(incident=draft, actor=actor_of(world.agent), at=colombo("2026-11-16 10:30"))
    assert [one.published_at for one in open_incidents()] == [colombo("2026-11-16 10:20")]


def test_a_retracted_incident_says_why_and_takes_no_more_updates(world, tell, go_on, serving):
    incident = tell(promise="2026-11-16 10:30")
    actor = actor_of(world.agent)
    with pytest.raises(DomainError) as refused:
        retract_incident(incident=incident, actor=actor, reason=" ", at=colombo("2026-11-16 10:20"))
    assert refused.value.field == "reason"
    retract_incident(incident=incident, actor=actor, reason="The probe was wrong.", at=colombo("2026-11-16 10:20"))
    assert (list(open_incidents()), list(overdue_incidents(at=colombo("2026-11-16 12:00")))) == ([], [])
    assert shown_incident(incident.public_id).retraction == "The probe was wrong."
    with pytest.raises(Conflict):
        go_on(incident, "identified", "2026-11-16 10:40")
    with pytest.raises(Conflict):
        retract_incident(incident=incident, actor=actor, reason="Again.", at=colombo("2026-11-16 10:40"))
    with system_scope("the vendor's log"):
        row = VendorAuditEntry.objects.get(action="incident.retract")
    assert (row.subject, row.reason) == (str(incident.public_id), "The probe was wrong.")


def test_a_promise_is_overdue_until_the_next_update(tell, go_on, serving):
    incident = tell(promise="2026-11-16 10:30")
    assert list(overdue_incidents(at=colombo("2026-11-16 10:30"))) == []
    assert list(overdue_incidents(at=colombo("2026-11-16 10:31"))) == [incident]
    go_on(incident, "identified", "2026-11-16 10:40", promise="2026-11-16 11:40")
    assert list(overdue_incidents(at=colombo("2026-11-16 10:41"))) == []


def test_banners_can_be_told_not_to_speak_of_it(world, tell, serving):
    incident = set_in_app(incident=tell(), actor=actor_of(world.agent), wanted=False, at=colombo("2026-11-16 10:20"))
    assert Incident.objects.get(pk=incident.pk).in_app is False


def test_the_levels_are_the_uptime_engines_in_its_order():
    assert [level.value for level in ImpactLevel] == [level.value for level in Level]
    assert worst_of([]) == ImpactLevel.OPERATIONAL
    assert worst_of(["degraded_performance", "major_outage", "partial_outage"]) == ImpactLevel.MAJOR


def test_every_update_keeps_who_wrote_it_and_when(tell, world, serving):
    incident = tell(at="2026-11-16 10:00", display="2026-11-14 10:00")
    (update,) = IncidentUpdate.objects.filter(incident=incident)
    assert (update.author_name, update.display_at, update.recorded_at) == (
        "Nimal", colombo("2026-11-14 10:00"), colombo("2026-11-16 10:00"),
    )  # fmt: skip
