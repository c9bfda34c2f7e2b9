"""The scope: fails closed, nests, survives errors and savepoints, and never outlives its transaction."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.utils import ProgrammingError

from helpdesk.accounts.models import Membership, Organisation
from helpdesk.lib.tenancy import ScopeError, current_scope, scope, system_scope, tenant_key


def settings_now() -> tuple[str, str]:
    """The two settings that the policies read, as the database has them now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisations', true), current_setting('app.system', true)")
        organisations, system = cursor.fetchone()
    return organisations or "", system or ""


def memberships_by_raw_sql() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_membership")
        return cursor.fetchone()[0]


class Planned(Exception):
    """Raised on purpose."""


def test_without_a_scope_the_manager_refuses_and_the_database_shows_nothing(world):
    with pytest.raises(ScopeError):
        Membership.objects.count()
    with pytest.raises(ScopeError):
        current_scope()
    assert memberships_by_raw_sql() == 0


def test_a_scope_shows_its_organisations_and_no_others(world):
    with scope({world.acme.pk}):
        assert {row.organisation_id for row in Membership.objects.all()} == {world.acme.pk}
        assert memberships_by_raw_sql() == 2
    with scope({world.acme.pk, world.globex.pk}):
        assert Membership.objects.count() == memberships_by_raw_sql() == 3


def test_an_empty_scope_shows_nothing(world):
    with scope(()):
        assert Membership.objects.count() == memberships_by_raw_sql() == 0


def test_the_system_scope_shows_everything_and_needs_a_reason(world):
    with system_scope("the test looks at everything"):
        assert Membership.objects.count() == memberships_by_raw_sql() == 3
    with pytest.raises(ValueError, match="reason"), system_scope(""):
        pass


def test_a_nested_scope_is_put_back(world):
    with scope({world.acme.pk}):
        with scope({world.globex.pk}):
            assert settings_now() == (str(world.globex.pk), "")
        assert settings_now() == (str(world.acme.pk), "")
        with system_scope("nested"):
            assert settings_now() == ("", "on")
        assert settings_now() == (str(world.acme.pk), "")
        assert memberships_by_raw_sql() == Membership.objects.count() == 2
    assert settings_now() == ("", "")


def test_a_scope_opened_inside_a_savepoint_does_not_outlive_its_release(world):
    """The trap: a transaction-local setting made inside a savepoint survives its release."""
    with scope({world.acme.pk}):
        with transaction.atomic(), scope({world.globex.pk}):
            assert memberships_by_raw_sql() == 1
        assert settings_now() == (str(world.acme.pk), "")


def test_an_exception_inside_a_scope_puts_the_outer_one_back(world):
    with scope({world.acme.pk}):
        with pytest.raises(Planned), system_scope("fails"):
            raise Planned
        assert settings_now() == (str(world.acme.pk), "")
        with pytest.raises(Planned), transaction.atomic(), system_scope("fails and rolls back"):
            raise Planned
        assert settings_now() == (str(world.acme.pk), "")
        assert current_scope().organisations == {world.acme.pk}


@pytest.mark.parametrize("savepoint_first", [True, False])
def test_a_database_error_inside_a_scope_puts_the_outer_one_back(world, savepoint_first):
    def collide() -> None:
        Membership(user=world.alice, organisation=world.globex).save(force_insert=True)

    with scope({world.acme.pk}):
        if savepoint_first:
            with pytest.raises(IntegrityError), transaction.atomic(), system_scope("collides"):
                collide()
        else:
            with pytest.raises(IntegrityError), system_scope("collides"), transaction.atomic():
                collide()
        assert settings_now() == (str(world.acme.pk), "")
        assert Membership.objects.count() == 2


def test_an_outer_scope_does_not_widen_an_inner_one(world):
    with system_scope("outer"), scope({world.globex.pk}):
        assert Membership.objects.count() == memberships_by_raw_sql() == 1


def test_a_scope_opens_the_transaction_that_it_needs_and_ends_with_it(committed_world):
    assert not connection.in_atomic_block
    with scope({committed_world.acme.pk}):
        assert connection.in_atomic_block
        assert memberships_by_raw_sql() == 2
    assert not connection.in_atomic_block
    assert settings_now() == ("", "")
    assert memberships_by_raw_sql() == 0


def test_a_failed_transaction_takes_its_scope_along(committed_world):
    with pytest.raises(ProgrammingError), scope({committed_world.acme.pk}), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM accounts_membership")
    assert settings_now() == ("", "")
    with pytest.raises(ScopeError):
        current_scope()


def test_a_lost_connection_is_told_as_what_it_is(committed_world):
    """The error that reaches the caller is the database's, and the next scope works on a new connection."""
    with pytest.raises(OperationalError, match="closed"), scope({committed_world.acme.pk}):
        connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    with pytest.raises(ScopeError):
        current_scope()
    with scope({committed_world.acme.pk}):
        assert memberships_by_raw_sql() == 2


def test_hooks_that_run_after_the_commit_have_no_scope(committed_world):
    seen = []

    def look() -> None:
        seen.append((settings_now(), memberships_by_raw_sql()))
        with pytest.raises(ScopeError):
            Membership.objects.count()

    with scope({committed_world.acme.pk}):
        transaction.on_commit(look)
    with transaction.atomic(), system_scope("a hook of the widest scope"):
        transaction.on_commit(look)
    assert seen == [(("", ""), 0)] * 2


def test_another_thread_has_no_scope(committed_world):
    def look() -> tuple[bool, int]:
        try:
            try:
                current_scope()
            except ScopeError:
                return True, memberships_by_raw_sql()
            return False, 0
        finally:
            connection.close()

    with system_scope("the widest"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(look).result() == (True, 0)


def test_the_organisations_themselves_are_global_on_purpose(world):
    """Which of them a person sees is a stated set of ids; the rows hold nothing of the clients' own."""
    assert Organisation.objects.count() == 2


def test_a_tenant_key_starts_with_the_organisation_whatever_is_put_in():
    assert tenant_key(7, "queue", 3) == "org:7:queue:3"
    assert tenant_key("7", "queue") == "org:7:queue"
    with pytest.raises(ValueError, match="invalid literal"):
        tenant_key("7:8", "queue")
