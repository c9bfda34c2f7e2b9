"""Prepared statements: worked out once, and asked in the scope of the moment with the values of the moment."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import Membership, User
from helpdesk.lib.lookups import Ids
from helpdesk.lib.prepared import prepared
from helpdesk.lib.tenancy import ScopeError, scope, system_scope


@pytest.fixture
def asked():
    """Each call of `memberships` that was made to work a statement out."""
    return []


@pytest.fixture
def memberships(asked):
    @prepared
    def read(*, person: int | None = None, with_people: bool = False) -> QuerySet[Membership]:
        asked.append((person, with_people))
        found = Membership.objects.order_by("pk")
        if person is not None:
            found = found.filter(user_id=person)
        return found.select_related("user") if with_people else found

    return read


def people(rows):
    return [row.user_id for row in rows]


def test_each_call_is_answered_with_the_values_that_it_gives(world, memberships, asked):
    with scope({world.acme.pk}):
        for one in (world.alice, world.amara, world.alice):
            assert people(memberships(person=one.pk)) == [one.pk]
    assert len(asked) == 1


def test_a_statement_worked_out_in_one_scope_shows_nothing_of_it_in_another(world, memberships, asked):
    with scope({world.acme.pk}):
        assert people(memberships()) == [world.alice.pk, world.amara.pk]
    with scope({world.globex.pk}):
        assert people(memberships()) == [world.bob.pk]
        assert people(memberships(person=world.alice.pk)) == []
    with scope({world.acme.pk, world.globex.pk}):
        assert people(memberships()) == [world.alice.pk, world.amara.pk, world.bob.pk]
    with scope({world.globex.pk, world.globex.pk + 1000}):  # there is none of this id
        assert people(memberships()) == [world.bob.pk]
    with scope(()):
        assert people(memberships()) == []
    with system_scope("the test looks at everything"):
        assert people(memberships()) == [world.alice.pk, world.amara.pk, world.bob.pk]
    assert len(asked) == 4, "for one organisation without and with a person, for several, and for all"


def test_without_a_scope_it_is_refused_before_and_after_it_was_worked_out(world, memberships):
    with pytest.raises(ScopeError):
        memberships()
    with scope({world.acme.pk}):
        memberships()
    with pytest.raises(ScopeError):
        memberships()


def test_the_scope_is_as_it_was_once_a_statement_is_worked_out(world, memberships):
    with scope({world.acme.pk}):
        memberships()
        assert people(Membership.objects.order_by("pk")) == [world.alice.pk, world.amara.pk]


def test_the_database_is_asked_what_the_query_set_would_ask(world, memberships):
    with scope({world.acme.pk}), CaptureQueriesContext(connection) as found:
        memberships(person=world.alice.pk, with_people=True)
        list(Membership.objects.order_by("pk").filter(user_id=world.alice.pk).select_related("user"))
    first, second = (query["sql"] for query in found)
    assert first == second


def test_rows_are_as_the_query_set_makes_them(world):
    @prepared
    def read(*, person: int) -> QuerySet[User]:
        found = User.objects.filter(pk=person).select_related("membership__organisation", "staff_member")
        return found.defer("password").annotate(also=F("name"))

    with scope({world.acme.pk}), CaptureQueriesContext(connection) as found:
        (alice,) = read(person=world.alice.pk)
        assert (alice, alice.also, alice.membership.organisation) == (world.alice, world.alice.name, world.acme)
        assert getattr(alice, "staff_member", None) is None
    assert (len(found), alice.get_deferred_fields()) == (1, {"password"})
    alice.name = "Alison"
    alice.save(update_fields=["name"])
    assert User.objects.get(pk=alice.pk).name == "Alison"


def test_tuples_and_single_values_are_read_too(world):
    @prepared
    def pairs(*, name: str) -> QuerySet[User, tuple[int, str]]:
        return User.objects.filter(name=name).values_list("pk", "name")

    @prepared
    def names(*, people: Ids, since: datetime) -> QuerySet[User, str]:
        return (
            User.objects.filter(pk__any=people, created_at__gte=since).order_by("name").values_list("name", flat=True)
        )

    assert pairs(name=world.bob.name) == [(world.bob.pk, world.bob.name)]
    both = Ids([world.bob.pk, world.alice.pk])
    assert names(people=both, since=datetime(2000, 1, 1, tzinfo=UTC)) == sorted([world.alice.name, world.bob.name])
    assert names(people=both, since=datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_a_value_that_is_not_passed_on_as_it_is_is_refused(world):
    @prepared
    def changed(*, name: str) -> QuerySet[User]:
        return User.objects.filter(name=name.upper())

    @prepared
    def forgotten(*, name: str, person: int) -> QuerySet[User]:
        return User.objects.filter(name=name)

    with pytest.raises(TypeError, match="does not pass on as it is: name"):
        changed(name="x")
    with pytest.raises(TypeError, match="does not pass on as it is: person"):
        forgotten(name="x", person=1)


@pytest.mark.parametrize("value", [1.5, uuid4, [1]], ids=["number", "function", "list"])
def test_a_value_of_another_kind_is_refused(value):
    @prepared
    def read(*, value) -> QuerySet[User]:
        return User.objects.filter(pk=value)

    with pytest.raises(TypeError, match="takes no"):
        read(value=value)


def test_a_query_set_that_reads_further_ones_is_refused():
    @prepared
    def prefetching() -> QuerySet[User]:
        return User.objects.prefetch_related("membership")

    @prepared
    def dictionaries() -> QuerySet[User]:
        return User.objects.values("pk")

    with pytest.raises(TypeError, match="no further ones"):
        prefetching()
    with pytest.raises(TypeError, match="ValuesIterable"):
        dictionaries()
