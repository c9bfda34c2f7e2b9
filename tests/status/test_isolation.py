"""An incident for listed organisations: nobody else reads, counts, writes or guesses it, whatever they ask with."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from helpdesk.lib.tenancy import scope, system_scope
from status.models import Incident, IncidentAudience, IncidentImpact, IncidentUpdate
from status.queries import IncidentNotFound, open_incidents, shown_incident, staff_incident

pytestmark = pytest.mark.django_db
PARTS = (IncidentUpdate, IncidentImpact)


def titles():
    return sorted(Incident.objects.values_list("title", flat=True))


def counts():
    """How many rows plain SQL meets, past every manager."""
    found = []
    for table in ("status_incident", "status_incidentupdate", "status_incidentimpact", "status_incidentaudience"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
            found.append(cursor.fetchone()[0])
    return found


def insert_checked(row):
    """Insert a row and have its deferred keys checked now."""
    with transaction.atomic():
        row.save(force_insert=True)
        connection.check_constraints()


@pytest.fixture
def told(world, tell):
    """One incident for everybody, one for each organisation, one for both."""
    return {
        "all": tell("Everybody's"),
        "acme": tell("ACME's", only=[world.acme]),
        "globex": tell("Globex's", only=[world.globex]),
        "both": tell("Both's", only=[world.acme, world.globex]),
    }


def test_each_organisation_reads_what_is_for_all_and_its_own(world, told):
    for organisations, wanted, rows in (
        ((), ["Everybody's"], [1, 1, 1, 0]),
        ((world.acme.pk,), ["ACME's", "Both's", "Everybody's"], [3, 3, 3, 2]),
        ((world.globex.pk,), ["Both's", "Everybody's", "Globex's"], [3, 3, 3, 2]),
        ((world.acme.pk, world.globex.pk), ["ACME's", "Both's", "Everybody's", "Globex's"], [4, 4, 4, 4]),
    ):
        with scope(organisations):
            assert (titles(), counts()) == (wanted, rows)


def test_without_a_scope_what_is_for_all_alone_is_read(told):
    assert (titles(), counts()) == (["Everybody's"], [1, 1, 1, 0])


def test_whoever_may_know_does_not_learn_who_else_may(world, told):
    with scope({world.acme.pk}):
        listed = IncidentAudience.objects.filter(incident=told["both"]).values_list("organisation_id", flat=True)
        assert list(listed) == [world.acme.pk]


def test_a_known_address_opens_no_foreign_incident(world, told):
    with scope({world.acme.pk}):
        for look in (shown_incident, staff_incident):
            with pytest.raises(IncidentNotFound):
                look(told["globex"].public_id)
        assert told["globex"] not in list(open_incidents())


def test_no_organisations_scope_writes_of_an_incident_not_even_of_its_own(world, told):
    with scope({world.acme.pk}):
        assert Incident.objects.filter(pk=told["acme"].pk).update(title="Mine") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Incident.objects.create(
                title="Planted", for_all=True, started_at=told["all"].started_at, created_at=told["all"].created_at,
                updated_at=told["all"].updated_at,
            )  # fmt: skip
        for part in PARTS:
            row = part.objects.filter(incident=told["acme"]).get()
            row.pk = None
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                row.save(force_insert=True)


def test_what_is_for_everybody_has_no_audience_and_an_impact_its_own_incidents_update(world, told):
    with system_scope("the keys alone must hold"):
        audience = IncidentAudience(incident=told["all"], organisation=world.acme)
        with pytest.raises(IntegrityError, match="status_audience_of_listed_incident"):
            insert_checked(audience)
        impact = IncidentImpact.objects.filter(incident=told["acme"]).get()
        impact.pk, impact.update = None, told["globex"].updates.get()
        with pytest.raises(IntegrityError, match="status_impact_of_own_update"):
            insert_checked(impact)
