"""A database made by the owner's role and used under the app's role, and a small world of two organisations.

The app's role owns nothing, so neither creating the test database nor truncating it can be its work: both go
through the owner's connection, as `migrate` does in production.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from psycopg2 import sql

from helpdesk.accounts.models import Organisation, StaffMember, Team, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.settings import DATABASE_OWNER_URL, database
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from sla.operations.seeding import seed_policy
from sla.versions import forget_versions
from tests.standing import Standing

# Folders whose files take longest: begun first, so that no worker is left alone with one of them at the end.
LONGEST = ("proof", "platform", "processes", "bench", "api_outside", "security")
WITH_BANNER = {"status", "isolation", "proof"}  # the folders whose tests see the banner
KEPT = {"django_migrations", "django_content_type"}
OURS = {"bench", "faults", "helpdesk", "sla", "status", "tickets"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the order within a file stays."""
    places = {folder: place for place, folder in enumerate(LONGEST)}
    here = Path(__file__).parent
    items.sort(key=lambda item: places.get(item.path.relative_to(here).parts[0], len(LONGEST)))


def owner_settings(name: str) -> dict[str, object]:
    """The owner's connection settings for a database of this name."""
    return {**database(DATABASE_OWNER_URL), "NAME": name}


def owner_connection(name: str) -> "psycopg2.extensions.connection":
    """A plain connection of the owner's role, in autocommit."""
    wanted = owner_settings(name)
    made = psycopg2.connect(
        dbname=wanted["NAME"],
        user=wanted["USER"],
        password=wanted["PASSWORD"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
    )
    made.autocommit = True
    return made


@pytest.fixture(scope="session")
def migrated(django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database as the migrations leave it, made once by the owner and used by nobody: others are copies of it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_helpdesk_{worker}_{os.getpid()}_migrated"
    default = connections["default"]
    app = dict(default.settings_dict)
    with closing(owner_connection(str(app["NAME"]))) as admin, admin.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with django_db_blocker.unblock():
            default.close()
            default.settings_dict.update(owner_settings(name))
            call_command("migrate", verbosity=0, skip_checks=True)
            default.close()
            default.settings_dict.update(app)
        yield name
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(migrated: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Copy the migrated database as the owner, and point the default connection at the copy as the app."""
    name = migrated.removesuffix("_migrated")
    default = connections["default"]
    app = dict(default.settings_dict)
    with closing(owner_connection(str(app["NAME"]))) as admin, admin.cursor() as cursor:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(migrated))
        cursor.execute(copy)
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict.update({**app, "NAME": name, "CONN_MAX_AGE": 0})
        settings.DATABASES["default"]["NAME"] = name
        seed_policy(domain="ravingcrm.example")
    yield
    with django_db_blocker.unblock():
        STANDING.take_down()
        default.close()
    with closing(owner_connection(str(app["NAME"]))) as admin, admin.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def truncate_as_owner(self: TransactionTestCase) -> None:
    """Empty every table through the owner's role, then load the policy again."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    with closing(owner_connection(name)) as admin, admin.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall() if row[0] not in KEPT]
        names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
    forget_versions()
    seed_policy(domain="ravingcrm.example")


TransactionTestCase._fixture_teardown = truncate_as_owner


@pytest.fixture(scope="session", autouse=True)
def _files_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests upload lies in a folder that goes with them."""
    settings.STORAGES["attachments"]["OPTIONS"]["location"] = str(tmp_path_factory.mktemp("files"))


@pytest.fixture
def files_folder(settings, tmp_path) -> Path:
    """An empty folder for what this test uploads."""
    options = settings.STORAGES["attachments"]["OPTIONS"]
    here = {**settings.STORAGES["attachments"], "OPTIONS": {**options, "location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "attachments": here}
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def _fresh_versions() -> None:
    """Versions are cached by id for ever; a rolled back test's ids may come again."""
    forget_versions()


@pytest.fixture(autouse=True)
def _pages_have_no_banner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a banner is kept or asked for hangs on the seconds before; tests count what pages ask for themselves."""
    if request.path.parent.name not in WITH_BANNER:
        monkeypatch.setattr("status.banner.headlines_for", lambda _organisation_id: ())


@pytest.fixture(autouse=True)
def _loggers_stay_enabled() -> Iterator[None]:
    """A test that leaves our loggers disabled would make later ones deaf: it fails itself."""
    yield
    loggers = logging.root.manager.loggerDict
    deaf = [name for name in loggers if name.split(".")[0] in OURS and getattr(loggers[name], "disabled", False)]
    assert deaf == []


@dataclass
class World:
    """Two organisations that must never see each other, and the people around them."""

    acme: Organisation
    globex: Organisation
    alice: User  # client user of ACME
    amara: User  # client admin of ACME
    bob: User  # client user of Globex
    agent: StaffMember  # serves both, member of the support team
    narrow: StaffMember  # an agent who serves Globex only
    manager: StaffMember  # account manager of ACME
    deputy: StaffMember  # deputy of ACME, account manager of Globex
    admin: StaffMember
    product: StaffMember  # member of the product team


def make_world() -> World:
    """Build the world through the operations, in the system's scope."""
    at = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)

    def staff(name: str, role: str, serves: list[Organisation] | None = None) -> StaffMember:
        email = f"{name.lower()}@ravingcrm.example"
        return add_staff(email=email, name=name, role=role, serves=serves, actor=SYSTEM, password="secret-1", at=at)

    with system_scope("tests build their world"):
        agent, manager = staff("Nimal", "agent"), staff("Malini", "account_manager")
        deputy, admin = staff("Dinesh", "account_manager"), staff("Indra", "admin")
        product = staff("Priya", "agent")
        calendar, policy = Calendar.objects.get(key="sri-lanka"), Policy.objects.get(key="standard")

        def organisation(key: str, name: str, am: StaffMember, stand_in: StaffMember) -> Organisation:
            return onboard_organisation(
                key=key, name=name, account_manager=am, deputy=stand_in, calendar=calendar, policy=policy,
                actor=SYSTEM, at=at,
            )  # fmt: skip

        acme = organisation("ACME", "Acme Trading", manager, deputy)
        globex = organisation("GLOBEX", "Globex", deputy, manager)
        narrow = staff("Nadia", "agent", [globex])
        Team.objects.get(key="support").members.add(agent)
        Team.objects.get(key="product").members.add(product)

        def client(organisation: Organisation, name: str, role: str) -> User:
            email = f"{name.lower()}@{organisation.key.lower()}.example"
            return add_client(
                organisation=organisation,
                email=email,
                name=name,
                role=role,
                actor=SYSTEM,
                password="secret-1",
                at=at,
            )

        return World(
            acme=acme,
            globex=globex,
            alice=client(acme, "Alice", "user"),
            amara=client(acme, "Amara", "admin"),
            bob=client(globex, "Bob", "user"),
            agent=agent,
            narrow=narrow,
            manager=manager,
            deputy=deputy,
            admin=admin,
            product=product,
        )


STANDING = Standing()


@pytest.fixture(scope="module", autouse=True)
def _struck_with_its_file(django_db_blocker: Any) -> Iterator[None]:
    """No world outlives its file: what another file sets up for all its tests finds the connection free."""
    yield
    with django_db_blocker.unblock():
        STANDING.take_down()


@pytest.fixture
def _stage(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """The standing world for a test that asks for the world and is rolled back; an empty database for any other.

    A file whose tests share something larger makes that with a function `make_stage` of its own.
    """
    marker = request.node.get_closest_marker("django_db")
    committed = "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    with django_db_blocker.unblock():
        if "world" not in request.fixturenames or committed:
            STANDING.take_down()
        elif not STANDING.is_at(request.path):
            STANDING.build(request.path, getattr(request.module, "make_stage", make_world))


@pytest.fixture
def _django_db_helper(_stage: None, _django_db_helper: None) -> None:
    """The library's own helper, once the stage is set: its transaction is a savepoint where a world stands."""


@pytest.fixture
def world(db: None) -> World:
    """The world, in a test that is rolled back."""
    return STANDING.copy() or make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The world, really committed: for tests with several connections or processes."""
    return make_world()


@pytest.fixture
def signed_in() -> "SignIn":
    """`signed_in(user)` is a browser with that person's session."""
    return SignIn()


class SignIn:
    """Makes signed-in browsers."""

    def __call__(self, user: User | StaffMember, **options: object) -> Client:
        browser = Client(**options)
        person = user.user if isinstance(user, StaffMember) else user
        browser.force_login(person, backend="helpdesk.accounts.backends.PersonBackend")
        return browser
