"""Every model belongs to an organisation, to the vendor, or stands on a reviewed list with the reason."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from helpdesk.lib.tenancy import TenantManager, TenantModel, VendorModel

# Read by people of every organisation, or by nobody but the vendor's code; none holds a client's content.
GLOBAL = {
    "account.EmailAddress": "the sign-in library's addresses, found before anybody is known",
    "account.EmailConfirmation": "the sign-in library's; unused, its addresses are taken as confirmed",
    "accounts.ApiToken": "a token is found before its person is known; it holds a digest and no client's content",
    "accounts.InAppOnly": "which events a person wants no mail of: no client's content",
    "accounts.Organisation": "the tenants themselves: staff see those they serve, by a stated set of ids",
    "accounts.PersonSession": "a session is found before its person is known",
    "accounts.StaffMember": "the vendor's people serve many organisations",
    "accounts.Team": "the vendor's teams",
    "accounts.TeamTurn": "whose turn it is in the vendor's teams",
    "accounts.Team_members": "who is in the vendor's teams",
    "accounts.User": "sign-in finds a person before their organisation is known",
    "api.IdempotentRequest": "a person's keys, whichever organisation; a digest and an address, no client's content",
    "auth.Group": "Django's; unused, roles are data of our own",
    "auth.Group_permissions": "Django's; unused",
    "auth.Permission": "Django's; unused",
    "contenttypes.ContentType": "Django's names of models",
    "notifications.OwnAddress": "the vendor's own inbound addresses: every sender asks",
    "notifications.Suppression": "addresses that must not be mailed: every sender asks",
    "sessions.Session": "Django's; unused, ours names its person",
    "sla.Calendar": "published: shared by organisations",
    "sla.CalendarException": "published: part of a calendar",
    "sla.CalendarVersion": "published: part of a calendar",
    "sla.CalendarWeek": "published: part of a calendar",
    "sla.CalendarYear": "published: part of a calendar",
    "sla.Holiday": "published: part of a calendar",
    "sla.MatrixLevel": "published: the escalation matrix",
    "sla.MatrixRule": "published: the escalation matrix",
    "sla.MatrixVersion": "published: the escalation matrix",
    "sla.Policy": "published: shared by organisations",
    "sla.PolicyVersion": "published: part of a policy",
    "sla.Target": "published: part of a policy",
    "status.Component": "published: the parts of the service",
    "status.ComponentGroup": "published: the parts of the service",
    "status.Exclusion": "everybody's or its audience's; row-level security shows the latter to its audience alone",
    "status.ExclusionComponent": "part of an exclusion, and read by whoever reads that",
    "status.ExclusionDecision": "part of an exclusion, and read by whoever reads that",
    "status.Incident": "everybody's or its audience's; row-level security shows the latter to its audience alone",
    "status.IncidentImpact": "part of an incident, and read by whoever reads that",
    "status.IncidentUpdate": "part of an incident, and read by whoever reads that",
    "status.MaintenanceSeries": "everybody's or its audience's, as an incident",
    "status.MaintenanceWindow": "everybody's or its audience's, as an incident",
    "status.SeriesComponent": "part of a series, and read by whoever reads that",
    "status.Probe": "the vendor's checks of its own service; no client's content",
    "status.ProbeHour": "part of a probe",
    "status.ProbeResult": "part of a probe",
    "status.ProbeRun": "part of a probe; it may name an incident that is for everybody",
    "status.Surge": "read by whoever reads one of its tickets: row-level security says so",
    "status.UptimeMonth": "everybody's or one organisation's; row-level security shows one's to its own scope alone",
    "status.UptimeTerms": "everybody's or one organisation's; row-level security shows one's to its own scope alone",
    "status.UpdateTemplate": "the vendor's words for updates; no client's content",
    "status.UsualWindow": "published: when maintenance is usual",
    "status.WindowAnnouncement": "part of a window, and read by whoever reads that",
    "status.WindowComponent": "part of a window, and read by whoever reads that",
    "status.WindowCorrection": "part of a window, and read by whoever reads that",
    "status.WindowNotice": "part of a window, and read by whoever reads that; counts its recipients, names none",
    "tickets.SavedView": "a staff member's filters; what names an organisation shows to who serves it",
    "tickets.Macro": "the vendor's reply templates, for tickets of every organisation; no client's content",
    "tickets.FieldDefinition": "every organisation's or one's; row-level security shows one's to its own scope alone",
}
ALL = apps.get_models(include_auto_created=True)
TENANT = [model for model in ALL if issubclass(model, TenantModel)]


def label(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_model_is_a_tenants_the_vendors_or_on_the_reviewed_list():
    found = {label(model) for model in ALL if not issubclass(model, TenantModel | VendorModel)}
    assert found == set(GLOBAL)
    assert all(GLOBAL.values())


def test_whatever_has_an_organisation_is_a_tenant_model():
    found = {model for model in ALL if any(field.name == "organisation" for field in model._meta.get_fields())}
    assert found == set(TENANT)


@pytest.mark.parametrize("model", TENANT, ids=label)
def test_a_tenant_model_never_lacks_its_organisation(model):
    field = model._meta.get_field("organisation")
    assert (field.null, field.blank) == (False, False)
    assert field.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("model", TENANT, ids=label)
def test_every_manager_of_a_tenant_model_fails_closed(model):
    assert isinstance(model._default_manager, TenantManager)
    assert [type(manager) for manager in model._meta.managers] == [TenantManager]


def edges(source: type[models.Model]) -> Iterator[models.ForeignKey]:
    yield from (field for field in source._meta.fields if isinstance(field, models.ForeignKey))


@pytest.mark.parametrize("model", ALL, ids=label)
def test_deleting_never_runs_from_one_table_into_a_tenants(model):
    """A cascade is done by Django under the scope of whoever deletes: it would stop at rows that it cannot see."""
    if not issubclass(model, TenantModel):
        return
    cascades = {(label(model), field.name) for field in edges(model) if field.remote_field.on_delete is models.CASCADE}
    assert cascades <= {("accounts.StaffService", "staff")}, "whom a person serves goes with the person"


@pytest.mark.parametrize("model", ALL, ids=label)
def test_no_model_sorts_by_itself(model):
    if model._meta.app_label in ("auth", "account", "contenttypes", "sessions"):
        return
    assert list(model._meta.ordering) == [], "an order that nobody asked for hides in every query"
