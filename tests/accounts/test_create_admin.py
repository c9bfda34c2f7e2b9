"""`manage.py create_admin`: the first admin, from a terminal and from a script."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from helpdesk.accounts.management.commands import create_admin
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.operations import add_staff, deactivate_person
from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.conftest import World

GOOD = "a-fresh-long-word"
EMAIL = "first@ravingcrm.example"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is no terminal, and the environment holds a good password."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setenv(create_admin.VARIABLE, GOOD)


def run(email: str = EMAIL, name: str = "Frida") -> str:
    out = io.StringIO()
    call_command("create_admin", "--email", email, "--name", name, stdout=out)
    return out.getvalue().strip()


def type_at_the_terminal(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    answers = iter(typed)
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(create_admin, "getpass", lambda _: next(answers))


@pytest.mark.usefixtures("db", "script")
def test_a_script_makes_an_admin_who_serves_all_and_can_sign_in() -> None:
    assert run("First@RavingCRM.example") == "First@RavingCRM.example is an admin now and can sign in."
    admin = StaffMember.objects.get()
    assert (admin.user.email, admin.user.name, admin.role, admin.serves_all) == (EMAIL, "Frida", "admin", True)
    assert admin.user.check_password(GOOD)
    with system_scope("the test looks"):
        [entry] = VendorAuditEntry.objects.filter(action="staff.add")
    assert (entry.subject, entry.actor_name) == (EMAIL, "Helpdesk")


@pytest.mark.usefixtures("db", "script")
def test_a_second_run_does_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setenv(create_admin.VARIABLE, "another-long-word")
    assert run(EMAIL.upper()) == f"{EMAIL.upper()} is an admin already: nothing done."
    assert StaffMember.objects.get().user.check_password(GOOD)


@pytest.mark.usefixtures("db")
def test_at_a_terminal_the_password_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(create_admin.VARIABLE, "not-to-be-used-here")
    type_at_the_terminal(monkeypatch, GOOD, GOOD)
    run()
    assert User.objects.get().check_password(GOOD)
    type_at_the_terminal(monkeypatch, GOOD, GOOD + "!")
    with pytest.raises(CommandError, match="The two passwords differ"):
        run("second@ravingcrm.example")
    assert User.objects.count() == 1


@pytest.mark.usefixtures("db", "script")
@pytest.mark.parametrize(
    ("password", "email", "name", "message"),
    [
        ("", EMAIL, "Frida", "Standard input is no terminal: give the password in HELPDESK_ADMIN_PASSWORD."),
        ("short", EMAIL, "Frida", "too short. It must contain at least 10 characters"),
        ("first@ravingcrm", EMAIL, "Frida", "too similar to the email"),
        ("basketball", EMAIL, "Frida", "too common"),
        (GOOD, "no address", "Frida", "Enter a valid e-mail address."),
        (GOOD, EMAIL, " ", "A person needs a name."),
    ],
    ids=["none", "short", "similar", "common", "address", "name"],
)
def test_a_refusal_says_why_and_makes_nobody(
    monkeypatch: pytest.MonkeyPatch, password: str, email: str, name: str, message: str
) -> None:
    monkeypatch.setenv(create_admin.VARIABLE, password)
    with pytest.raises(CommandError, match=message):
        run(email, name)
    assert User.objects.count() == 0


@pytest.mark.usefixtures("script")
def test_an_address_of_somebody_else_makes_no_admin(world: World) -> None:
    for email in ("alice@acme.example", "nimal@ravingcrm.example"):
        with pytest.raises(CommandError, match=f"{email} belongs to somebody who is no admin"):
            run(email)
    with system_scope("a second admin remains when the first is removed"):
        second = add_staff(email="ida@ravingcrm.example", name="Ida", role="admin", serves=None, actor=SYSTEM)
        deactivate_person(user=world.admin.user, actor=SYSTEM)
    with pytest.raises(CommandError, match="is a deactivated admin"):
        run("indra@ravingcrm.example")
    assert list(StaffMember.objects.filter(role="admin").order_by("pk")) == [world.admin, second]
