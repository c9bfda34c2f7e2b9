"""`manage.py create_admin`: the first admin of a new installation, whom no page can make."""

import os
import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.accounts.models import StaffRole, User
from helpdesk.accounts.operations import add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import system_scope

VARIABLE = "HELPDESK_ADMIN_PASSWORD"


class Command(BaseCommand):
    help = (
        "Makes an admin who serves every organisation; does nothing when that admin is there. "
        f"Asks for the password, or reads {VARIABLE} where standard input is no terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="the address to sign in with")
        parser.add_argument("--name", required=True, help="the person's name")

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"].strip(), options["name"].strip()
        if _is_there(email):
            self.stdout.write(f"{email} is an admin already: nothing done.")
            return
        password = _password()
        try:
            validate_password(password, User(email=email, name=name))
            with system_scope("the first admin of an installation"):
                add_staff(email=email, name=name, role=StaffRole.ADMIN, serves=None, actor=SYSTEM, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{email} is an admin now and can sign in.")


def _is_there(email: str) -> bool:
    """Whether this admin exists; raises `CommandError` when the address is another person's, or without access."""
    user = User.objects.select_related("staff_member").filter(email__iexact=email).first()
    if user is None:
        return False
    staff = getattr(user, "staff_member", None)
    if staff is None or staff.role != StaffRole.ADMIN:
        raise CommandError(f"{email} belongs to somebody who is no admin: choose another address.")
    if not user.is_active:
        raise CommandError(f"{email} is a deactivated admin: another admin can give access back, under Settings.")
    return True


def _password() -> str:
    if not sys.stdin.isatty():
        password = os.environ.get(VARIABLE, "")
        if not password:
            raise CommandError(f"Standard input is no terminal: give the password in {VARIABLE}.")
        return password
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ: nothing done.")
    return password
