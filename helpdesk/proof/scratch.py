"""A throw-away database, file store and cache prefix: made for one proof, gone after it, also on Ctrl-C."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.proof.spread import spread_ids
from helpdesk.proof.watch import note
from helpdesk.settings import DATABASE_OWNER_URL, DATABASE_URL, database
from sla.versions import forget_versions

# Limits would answer for the rules under proof, and a production password hash costs a third of a second a sign-in.
OVERRIDES: dict[str, Any] = {
    "ACCOUNT_RATE_LIMITS": False,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "DEBUG": False,
    "API_RATE": "1000000/second",
    "API_WRITE_RATE": "1000000/second",
    "API_REFUSED_RATE": "1000000/second",
    "MAIL_IN_RATE": "1000000/second",
    "MAIL_REFUSED_RATE": "1000000/second",
    "DNS_SERVERS": ["off"],
    "MAIL_AUTHENTICATORS": [],
    "MAIL_TRUST_FROM": True,
    # Pages are made by their views: the early door would answer from the files of the product that runs here, and
    # write the proof's own world into them.
    "STATUS_FOLDER": "",
}


@contextmanager
def scratch_database(*, copy_of: str = "") -> Iterator[Connection]:
    """Point Django at a new, migrated database under the app's role; yields a connection of its owner's.

    It is a copy of the named database, which is migrated and which nobody uses; without a name it is migrated here.
    Every table numbers its rows from a number of its own, so that an id says whose it is wherever it turns up.
    """
    name = f"helpdesk_proof_{os.getpid()}"
    app = dict(connection.settings_dict)
    with closing(owner_connection()) as admin:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(copy_of or "template1")
        )
        admin.cursor().execute(made)
        for cost in ("jit", "synchronous_commit"):  # neither changes what a statement answers
            change = sql.SQL("ALTER DATABASE {} SET {} = off").format(sql.Identifier(name), sql.SQL(cost))
            admin.cursor().execute(change)
    try:
        connection.close()
        if not copy_of:
            connection.settings_dict.update(database(DATABASE_OWNER_URL), NAME=name)
            call_command("migrate", verbosity=0, skip_checks=True)
            connection.close()
        connection.settings_dict.update(database(DATABASE_URL), NAME=name)
        forget_versions()  # they are remembered by id, and the ids of another database mean something else
        with closing(owner_connection(name)) as owner:
            spread_ids(owner)
            yield owner
    finally:
        connection.close()
        connection.settings_dict.update(app)
        forget_versions()
        with closing(owner_connection()) as admin:
            # Without FORCE: PostgreSQL itself asks an autovacuum worker to leave, which the owner may not.
            admin.cursor().execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def owner_connection(name: str | None = None) -> Connection:
    """An autocommitting connection of the owner's role, to the given database or the configured one."""
    wanted = database(DATABASE_OWNER_URL)
    made = psycopg2.connect(
        dbname=name or wanted["NAME"],
        user=wanted["USER"],
        password=wanted["PASSWORD"],
        host=wanted["HOST"],
        port=wanted["PORT"] or None,
    )
    made.autocommit = True
    return made


@contextmanager
def scratch_surroundings() -> Iterator[Path]:
    """Files in a temporary folder, cache keys below a prefix of our own, no rate limits; yields the folder."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-proof-"))
        local = {"BACKEND": "helpdesk.proof.watch.WatchedFolder", "OPTIONS": {"location": folder}}
        stores = {name: store if name == "staticfiles" else local for name, store in settings.STORAGES.items()}
        stack.enter_context(override_settings(STORAGES=stores, **OVERRIDES))
        before = cache.key_prefix
        cache.key_prefix = f"proof-{os.getpid()}"
        stack.callback(setattr, cache, "key_prefix", before)
        stack.callback(forget_raw_cache)
        stack.enter_context(watched_cache())
        yield Path(folder)


def raw_cache() -> list[tuple[bytes, bytes]]:
    """Every key of this proof in the cache with its stored bytes; empty while Redis is away."""
    client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]  # the raw keys are what is looked at
    found = list(client.scan_iter(match=f"{cache.key_prefix}:*", count=1000))
    return [(key, client.get(key) or b"") for key in found]


def forget_raw_cache() -> None:
    """Remove every key of this proof."""
    client = cache._cache.get_client(write=True)  # type: ignore[attr-defined]  # as above
    for key, _ in raw_cache():
        client.unlink(key)


@contextmanager
def watched_cache() -> Iterator[None]:
    """Within the block, what goes to the cache is a look too."""
    ask = cache._ask  # type: ignore[attr-defined]  # the one door of our cache class

    def noting(*args: Any, **options: Any) -> Any:
        note("the cache")
        return ask(*args, **options)

    cache._ask = noting  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del cache._ask  # type: ignore[attr-defined]
