"""Redis is away, or hangs: every address of the document still answers, and calls are counted in the process."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.api.views.document import document
from helpdesk.lib import rates
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller
from tests.api_outside.conftest import identity
from tests.support import actor_of
from tickets.operations.attachments import upload_attachment

PARAMETER = re.compile(r"\{(\w+)\}")
PATIENCE = 20.0  # seconds for all addresses together, with a Redis that accepts and never says a word


def reading() -> list[str]:
    """The addresses of every GET in the document."""
    return sorted(path for path, methods in document()["paths"].items() if "get" in methods)


def filled(ask: Caller, path: str) -> str:
    """The address with the ids that its own collections list first: found as any caller finds them."""
    while found := PARAMETER.search(path):
        name = found[1]
        items = ask.get(path[: found.start()]).json()["items"]
        field = name if name in ("key", "number") else "id"
        path = f"{path[: found.start()]}{items[0][field]}{path[found.end() :]}"
    return path


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/2"


@pytest.fixture
def ask(seeded) -> Caller:
    """An admin, with something of each kind to read."""
    admin = Caller(identity("admin", seeded.admin).token)
    with system_scope("the test stages a file"):
        file = SimpleUploadedFile("staged.txt", b"staged")
        upload_attachment(organisation=seeded.acme, file=file, name="staged.txt", actor=actor_of(seeded.admin))
    invited = {"email": "nadeesha@acme.example", "name": "Nadeesha", "role": "client_user", "organisation": "ACME"}
    staff = {"email": "kamal@ravingcrm.example", "name": "Kamal", "role": "agent", "serves_all": True}
    assert admin.post("/invitations/", invited).status_code == 201
    assert admin.post("/staff-invitations/", staff).status_code == 201
    return admin


@pytest.mark.parametrize("redis", ["refuses", "hangs"])
def test_every_address_answers_without_redis(ask, settings, monkeypatch, redis, silent):
    there = [filled(ask, path) for path in reading()]
    assert [ask.get(path).status_code for path in there] == [200] * len(reading())
    where = silent if redis == "hangs" else "redis://127.0.0.1:1/2"
    settings.API_LIMITS_URL = where
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": where}}
    monkeypatch.setattr(rates, "_asked_again_at", 0.0)
    begun = time.monotonic()
    answers = {path: ask.get(path) for path in there}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(there, 200)
    assert time.monotonic() - begun < PATIENCE
    left = [int(answer.headers["RateLimit-Remaining"]) for answer in answers.values()]
    assert left == [left[0] - used for used in range(len(there))], "each call is counted once, by this process"
    assert Client().get("/api/v1/schema/").status_code == 200
