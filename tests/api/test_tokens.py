"""Tokens: shown once, stored as a digest, never more than their owner may at this moment."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, InterfaceError

from helpdesk.accounts.models import ApiToken, StaffMember, User
from helpdesk.accounts.operations import deactivate_person
from helpdesk.accounts.operations.tokens import create_token, revoke_token, revoke_tokens_of
from helpdesk.accounts.permissions import CAPABILITIES, SCOPES, Role, Scope
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import EVERYTHING, Caller, path_of, problem, ticket_of, token_for
from tests.support import actor_of

PAGES_ONLY = {
    "settings.outbox", "settings.audit", "macro.write", "field.define", "incident.write", "component.define",
    "exclusion.propose", "exclusion.approve", "settings.uptime",
    "maintenance.plan",
}  # fmt: skip


def test_a_token_is_shown_once_and_nothing_stored_opens_anything(world):
    text = token_for(world.alice)
    stored = ApiToken.objects.get(person=world.alice)
    _, prefix, secret = text.split("_", 2)
    assert (text.startswith("hd_"), prefix, len(secret) >= 43) == (True, stored.prefix, True)
    values = [str(getattr(stored, field.attname)) for field in ApiToken._meta.concrete_fields]
    assert not any(secret in value for value in values)
    for value in values:
        answer = Caller(value).get("/me/")
        assert problem(answer) == (401, "unauthenticated")


def test_making_one_is_in_the_log_without_the_token(world):
    texts = {token_for(world.alice), token_for(world.agent)}
    with system_scope("the test looks"):
        mine = AuditEntry.objects.get(action="token.create")
        vendors = VendorAuditEntry.objects.get(action="token.create")
    assert (mine.organisation_id, mine.actor_name, mine.data["scopes"]) == (world.acme.pk, "Alice", sorted(EVERYTHING))
    assert vendors.actor_name == "Nimal"
    assert not any(text.split("_", 2)[2] in f"{mine.subject}{mine.data}{vendors.subject}" for text in texts)


@pytest.mark.parametrize(
    "broken",
    ["", "hd", "hd__", "hd_00000000_x", "x" * 5000, "hd_é_x", "hd_\x01_x", "null", "Bearer", "hd_%00_a"],
)
def test_row_7_no_empty_or_damaged_token_opens_anything(world, broken):
    """row 7: an empty or damaged value never matches somebody."""
    answer = Caller().call("GET", "/me/", Authorization=f"Bearer {broken}".encode().decode("latin-1"))
    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="helpdesk", error="invalid_token"'


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda t: t[:-1] + "~"]
)
def test_a_token_altered_by_one_character_opens_nothing(world, change):
    assert problem(Caller(change(token_for(world.alice))).get("/me/")) == (401, "unauthenticated")


def test_without_any_credentials_a_401_says_how_to_sign_in(world):
    answer = Caller().get("/me/")
    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="helpdesk"'
    assert answer.headers.get("Location") is None


def test_a_session_is_not_asked_for_when_a_token_is_shown(world, signed_in):
    """Neither read nor set: a bad token is 401 even in a browser that is signed in."""
    browser = signed_in(world.alice)
    assert browser.get("/api/v1/me/").json()["token"] is None
    answer = browser.get("/api/v1/me/", headers={"Authorization": "Bearer hd_00000000_x"})
    assert answer.status_code == 401
    assert answer.cookies == {}
    mine = browser.get("/api/v1/me/", headers={"Authorization": f"Bearer {token_for(world.bob)}"})
    assert (mine.json()["name"], mine.cookies) == ("Bob", {})
    assert "Cookie" not in mine.headers.get("Vary", "")


def test_a_token_opens_no_page(world, client):
    answer = client.get("/tickets/", headers={"Authorization": f"Bearer {token_for(world.alice)}"})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_a_token_expires_and_can_be_revoked(world):
    at = database_now()
    with system_scope("tests make tokens"):
        old = create_token(
            person=world.alice, name="Old", scopes=["read"], days=1, actor=actor_of(world.alice),
            at=at - timedelta(days=1, seconds=1),
        )  # fmt: skip
        token, text = create_token(person=world.alice, name="New", scopes=["read"], days=1, actor=actor_of(world.alice))
    assert problem(Caller(old[1]).get("/me/")) == (401, "unauthenticated")
    assert Caller(text).get("/me/").status_code == 200
    with system_scope("tests revoke"):
        revoke_token(token=token, actor=actor_of(world.alice), reason="Lost.")
        revoke_token(token=token, actor=actor_of(world.alice))
        assert [entry.reason for entry in AuditEntry.objects.filter(action="token.revoke")] == ["Lost."]
    assert problem(Caller(text).get("/me/")) == (401, "unauthenticated")


def test_nobody_makes_or_revokes_anothers_token_except_who_administers_people(world):
    text = token_for(world.alice)
    token = ApiToken.objects.get(person=world.alice)
    with system_scope("tests act"):
        with pytest.raises(Forbidden):
            create_token(person=world.alice, name="x", scopes=["read"], days=1, actor=actor_of(world.admin))
        for other in (world.amara, world.bob, world.agent):
            with pytest.raises(Forbidden):
                revoke_token(token=token, actor=actor_of(other))
        assert revoke_tokens_of(user=world.alice, actor=actor_of(world.admin), reason="Left.") == 1
        assert revoke_tokens_of(user=world.alice, actor=SYSTEM) == 0
    assert problem(Caller(text).get("/me/")) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "all"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(world, change, field):
    with system_scope("tests make tokens"):
        given = {"person": world.alice, "name": "x", "scopes": ["read"], "days": 1, "actor": actor_of(world.alice)}
        with pytest.raises(DomainError) as refusal:
            create_token(**{**given, **change})
    assert refusal.value.field == field


def test_a_person_has_at_most_25_live_tokens(world):
    for _ in range(25):
        token_for(world.alice)
    with pytest.raises(Conflict):
        token_for(world.alice)


def test_who_loses_access_loses_their_tokens_at_once(world):
    text = token_for(world.alice)
    with system_scope("tests deactivate"):
        deactivate_person(user=world.alice, actor=actor_of(world.admin))
    assert problem(Caller(text).get("/me/")) == (401, "unauthenticated")


def test_an_inactive_organisation_has_no_members(world):
    text = token_for(world.alice)
    world.acme.is_active = False
    world.acme.save()
    assert problem(Caller(text).get("/me/")) == (401, "unauthenticated")


def test_row_21_a_token_is_never_more_than_its_owner_is_now(world):
    """row 21: who is made an agent has an agent's token from the next request on."""
    admin = Caller(token_for(world.admin))
    assert "settings.people" in admin.get("/me/").json()["capabilities"]
    StaffMember.objects.filter(pk=world.admin.pk).update(role="agent")
    now = admin.get("/me/").json()
    assert (now["role"], set(now["capabilities"]) - CAPABILITIES[Role.AGENT]) == ("agent", set())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_a_scope_lets_through_what_the_role_has_and_no_more(world, role, scope):
    """The matrix of roles and scopes, as /me/ tells it."""
    person = {
        Role.CLIENT_USER: world.alice, Role.CLIENT_ADMIN: world.amara, Role.AGENT: world.agent,
        Role.ACCOUNT_MANAGER: world.manager, Role.ADMIN: world.admin,
    }[role]  # fmt: skip
    answer = Caller(token_for(person, scope)).get("/me/")
    if scope is not Scope.READ:
        assert problem(answer) == (403, "forbidden")
        return
    assert set(answer.json()["capabilities"]) == CAPABILITIES[role] & SCOPES[scope]


def test_every_capability_is_let_through_by_some_scope_or_belongs_to_pages():
    everything = frozenset().union(*CAPABILITIES.values())
    assert everything - frozenset().union(*SCOPES.values()) <= PAGES_ONLY


@pytest.mark.parametrize(
    ("scopes", "reads", "replies"),
    [
        (["read"], 200, 403),
        (["tickets:write"], 403, 201),
        (["read", "tickets:write"], 200, 201),
        (["people:write", "settings:write"], 403, 403),
    ],
)
def test_a_request_needs_the_scope_for_its_kind(world, ticket, scopes, reads, replies):
    who = Caller(token_for(world.alice, *scopes))
    assert who.get(path_of(ticket)).status_code == reads
    assert who.post(f"{path_of(ticket)}messages/", {"body": "Still so."}).status_code == replies


def test_a_scope_gives_a_client_nothing_that_their_role_lacks(world, ticket):
    alice = Caller(token_for(world.alice))
    assert problem(alice.post(f"{path_of(ticket)}messages/", {"body": "x", "internal": True})) == (403, "forbidden")
    assert problem(alice.post(f"{path_of(ticket)}resolution/", {})) == (403, "forbidden")


def test_the_last_use_is_noted_once_an_hour(world):
    who = Caller(token_for(world.alice))
    who.get("/me/")
    first = ApiToken.objects.get(person=world.alice).last_used_at
    assert first is not None
    who.get("/tickets/")
    assert ApiToken.objects.get(person=world.alice).last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=61))
    who.get("/me/")
    assert ApiToken.objects.get(person=world.alice).last_used_at >= first


@pytest.mark.parametrize("error", [InterfaceError("connection already closed"), DatabaseError("read only")], ids=type)
def test_a_use_that_cannot_be_noted_is_logged_and_the_answer_stands(world, monkeypatch, caplog, error):
    def fails(**given):
        raise error

    monkeypatch.setattr("helpdesk.accounts.middleware.note_use", fails)
    assert Caller(token_for(world.alice)).get("/me/").status_code == 200
    assert f"the use of a token could not be noted: {error}" in caplog.text


def test_a_browsers_session_needs_its_csrf_token_for_a_change(world, ticket, signed_in):
    """row 44: unsafe methods with a cookie and without the token are refused; reading is not."""
    browser = signed_in(world.alice, enforce_csrf_checks=True)
    where = f"/api/v1{path_of(ticket)}messages/"
    assert browser.get(where).status_code == 200
    refused = browser.post(where, {"body": "x"}, content_type="application/json")
    assert problem(refused) == (403, "forbidden")
    token = browser.get("/accounts/password/change/").context["csrf_token"]
    done = browser.post(where, {"body": "x"}, content_type="application/json", headers={"X-CSRFToken": str(token)})
    assert done.status_code == 201


def test_row_44_no_answer_allows_another_origin(world, ticket):
    """row 44: no CORS header on any answer, so no other site's script reads one."""
    who = Caller(token_for(world.alice))
    for method in ("GET", "POST", "OPTIONS", "PATCH"):
        answer = who.call(method, path_of(ticket), Origin="https://evil.example", Access_Control_Request_Method="POST")
        assert [name for name in answer.headers if name.lower().startswith("access-control")] == []


def test_a_token_of_bob_sees_nothing_of_acme(world, ticket):
    bob = Caller(token_for(world.bob))
    ticket_of(world, "bob")
    shown = bob.get("/tickets/").json()["items"]
    assert [item["organisation"] for item in shown] == ["GLOBEX"]
    assert problem(bob.get(path_of(ticket))) == (404, "not-found")


def test_tokens_belong_to_people_and_to_no_organisation():
    assert ApiToken._meta.get_field("person").related_model is User
    with pytest.raises(FieldDoesNotExist):
        ApiToken._meta.get_field("organisation")
