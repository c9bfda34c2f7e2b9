"""The static twin and its early door: what is exported, how soon it is fresh, and what it says of its age."""

import json
import time
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import scope
from status.answers import HTML, SVG, Content
from status.conformance.runner import run
from status.middleware import StatusDoorMiddleware, keeper_of
from status.models import Component
from status.operations.components import ComponentText, define_component
from status.operations.incidents import UpdateText, open_incident, post_update
from status.operations.months import freeze_month, revise_month
from status.operations.twin import export_twin
from status.twin import folder as twins
from status.twin.contents import AGE
from status.twin.figures import MOST_MONTHS, figures_contents
from status.twin.keeping import Keeper
from status.uptime_pages import csv_of, json_of_month, told_month
from tests.support import actor_of, colombo

PAGE, SUMMARY = "/status/", "/status/api/v2/summary.json"


@pytest.fixture
def twin(settings, tmp_path) -> Path:
    settings.STATUS_FOLDER = str(tmp_path / "twin")
    keeper_of.cache_clear()
    yield tmp_path / "twin"
    keeper_of.cache_clear()


def written(folder: Path, said: str, *, changed: int | None = None) -> None:
    """An export of two documents, without a database."""
    twins.write(
        folder,
        made_at="2026-11-16T12:00:00+00:00",
        changed=twins.changed_mark(folder) if changed is None else changed,
        marks={},
        live={PAGE: Content(b"<main>" + AGE + said.encode(), HTML), "/status/badge.svg": Content(b"<svg/>", SVG)},
        kept={
            "/status/history/2026-10/": Content(AGE + b"October", HTML),
            "/status/badge-unknown.svg": Content(b"?", SVG),
        },
    )


def grown_old(folder: Path, seconds: float) -> None:
    """As if the present export had been written so long ago."""
    manifest = folder / twins.CURRENT / twins.MANIFEST
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "written_at": time.time() - seconds}))


def asked(path: str, keeper: Keeper, monkeypatch, *, view=None):
    monkeypatch.setattr("status.middleware.keeper_of", lambda folder: keeper)
    door = StatusDoorMiddleware(view or (lambda request: pytest.fail("the view was asked")))
    return door(RequestFactory().get(path))


def failed(request) -> HttpResponse:
    return HttpResponse(status=503)


def out_of_order() -> None:
    raise OperationalError("no server")


def test_an_export_is_swapped_in_whole_and_only_two_stay(tmp_path):
    for said in ("one", "two", "three"):
        written(tmp_path, said)
    exports = sorted(path.name for path in tmp_path.glob("at-*"))
    assert (len(exports), str((tmp_path / "current").readlink())) == (2, exports[-1])
    assert (tmp_path / "current/status/index.html").read_text().endswith("three")
    found = twins.present(tmp_path)
    assert found.content("/status/history/2026-10/").body == AGE + b"October"
    assert found.content("/status/../../lock") is found.content("/etc/passwd") is None
    (tmp_path / "current" / twins.MANIFEST).write_text("{")
    assert twins.present(tmp_path) is None


def test_a_change_makes_the_twin_stale_at_once_and_it_is_waited_for(tmp_path, settings, monkeypatch):
    settings.STATUS_FOLDER = str(tmp_path)
    said = iter(("first", "second", "third"))
    keeper = Keeper(tmp_path, lambda: written(tmp_path, next(said)))
    assert b"first" in asked(PAGE, keeper, monkeypatch).content, "the first request has it made"
    assert b"first" in asked(PAGE, keeper, monkeypatch).content
    twins.spoil(tmp_path)
    assert b"second" in asked(PAGE, keeper, monkeypatch).content
    grown_old(tmp_path, 6)
    keeper = Keeper(tmp_path, lambda: written(tmp_path, next(said)))
    assert b"second" in asked(PAGE, keeper, monkeypatch).content, "some seconds are not waited for"
    until = time.monotonic() + 60
    while b"third" not in asked(PAGE, keeper, monkeypatch).content:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_while_it_cannot_be_made_anew_the_page_tells_its_age_and_the_badge_gives_up(tmp_path, settings, monkeypatch):
    settings.STATUS_FOLDER = str(tmp_path)
    written(tmp_path, "kept")
    grown_old(tmp_path, 130)
    keeper = Keeper(tmp_path, out_of_order)
    page = asked(PAGE, keeper, monkeypatch)
    assert (page.status_code, page.headers["Age"]) == (200, "130")
    assert page.headers["X-Status-Made-At"] == "2026-11-16T12:00:00+00:00"
    assert "2 minutes ago" in page.content.decode()
    assert "not known" not in page.content.decode()
    assert asked("/status/badge.svg", keeper, monkeypatch).content == b"<svg/>"
    grown_old(tmp_path, 400)
    keeper = Keeper(tmp_path, out_of_order)
    assert "as not known" in asked(PAGE, keeper, monkeypatch).content.decode()
    assert asked("/status/badge.svg", keeper, monkeypatch).content == b"?"
    for path in ("/status/history/2026-10/", "/status/history/?month=2026-10&q=x"):
        stand_in = asked(path, keeper, monkeypatch, view=failed)
        assert (stand_in.status_code, b"October" in stand_in.content, b"minutes ago" in stand_in.content) == (
            200, True, True,
        )  # fmt: skip
    assert asked("/status/history/2026-09/", keeper, monkeypatch, view=failed).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_read_at_once_by_everybody_without_a_statement(committed_world, signed_in, twin):
    world = committed_world
    admin = actor_of(world.admin)
    web = define_component(actor=admin, text=ComponentText(name="Web"), at=colombo("2026-11-01 10:00"))
    browsers = [Client(), signed_in(world.alice)]
    assert [b"Everything works" in one.get(PAGE).content for one in browsers] == [True, True]

    def tell(title, organisations=None):
        update = UpdateText(phase="investigating", body="We look.", impacts={web.pk: "major_outage"})
        with scope({world.acme.pk, world.globex.pk}):
            open_incident(actor=admin, title=title, update=update, organisations=organisations)

    tell("ACME alone", [world.acme])
    tell("Everybody sees")
    for one in browsers:
        with CaptureQueriesContext(connection) as found:
            answer = one.get(PAGE)
        assert (len(found), answer.status_code, answer.cookies.keys()) == (0, 200, set())
        assert (b"Everybody sees" in answer.content, b"ACME alone" in answer.content) == (True, False)
        again = one.get(SUMMARY)
        assert one.get(SUMMARY, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304
        assert again.json()["status"]["indicator"] == "critical"
    assert export_twin() > 20
    home = twin / "current"
    assert "Everybody sees" in (home / "status/history/index.html").read_text()
    (story,) = (home / "status/incidents").iterdir()
    assert "We look." in (story / "index.html").read_text()
    assert list((home / "status/day").iterdir()) != []
    assert (home / "static/status.css").exists()
    assert ElementTree.fromstring((home / "status/badge-unknown.svg").read_bytes()).tag.endswith("svg")  # noqa: S314
    assert not any(b"ACME alone" in file.read_bytes() for file in home.rglob("*") if file.is_file())
    before = (story / "index.html").stat().st_ino
    export_twin()
    assert (twin / "current" / story.relative_to(home) / "index.html").stat().st_ino == before, "linked, not made anew"
    assert Client(HTTP_HOST="evil.example").get(PAGE).status_code == 400
    assert Component.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_uptime_answers_from_the_twin_where_its_pages_fail(committed_world, twin, monkeypatch):
    world = committed_world
    admin = actor_of(world.admin)
    text = ComponentText(name="Web")
    web = define_component(actor=admin, text=text, at=colombo("2026-01-01 10:00"))

    def down(title, begins, ends, organisations=None):
        told = UpdateText(phase="investigating", body="We look.", impacts={web.pk: "major_outage"})
        with scope({world.acme.pk, world.globex.pk}):
            made = open_incident(
                actor=admin, title=title, update=told, organisations=organisations, at=colombo(begins)
            )  # fmt: skip
            post_update(
                incident=made, actor=admin, update=UpdateText(phase="resolved", body="Over."), at=colombo(ends)
            )  # fmt: skip

    down("ACME alone", "2026-04-12 00:00", "2026-04-12 05:00", [world.acme])
    down("For everybody", "2026-04-11 00:00", "2026-04-11 01:00")
    freeze_month(month="2026-04", organisation=world.acme, at=colombo("2026-05-06 10:00"))
    freeze_month(month="2026-04", at=colombo("2026-05-06 10:00"))
    down("Told later", "2026-04-13 00:00", "2026-04-13 01:00")
    revise_month(month="2026-04", at=colombo("2026-05-08 10:00"))
    now = colombo("2026-05-08 12:00")
    export_twin(at=now)
    keeper = Keeper(twin, out_of_order)

    def stand_in(path):
        return asked(path, keeper, monkeypatch, view=failed)

    month = "/status/uptime/2026-04"
    for path in ("/status/uptime/", f"{month}/", f"{month}.json", f"{month}.csv", "/status/uptime/2026-05/"):
        assert stand_in(path).status_code == 200, path
    for revision in ("", "1", "2"):
        told = told_month("2026-04", organisation=None, at=now, revision=revision)
        answer = stand_in(f"{month}.json?revision={revision}")
        assert answer.content.decode() == json_of_month(told)
        assert all(passed for _case, passed, _why in run(json.loads(answer.content))), "a client can count it again"
        assert stand_in(f"{month}.csv?revision={revision}").content.decode() == "".join(csv_of(told))
        assert f"Revision {revision or 2}, of" in stand_in(f"{month}/?revision={revision}").content.decode()
    assert "cannot be made anew" in stand_in(f"{month}/").content.decode()
    for path in (f"{month}.json?revision=3", f"{month}/?revision=../2", "/status/uptime/2020-01/"):
        assert stand_in(path).status_code == 503
    files = [file for file in (twin / "current").resolve().rglob("*") if file.is_file()]
    assert not any(b"ACME alone" in file.read_bytes() for file in files)
    export_twin(at=now + timedelta(minutes=1))
    kept = (twin / "current/status/uptime/2026-04.json").stat()
    export_twin(at=now + timedelta(minutes=2))
    assert (twin / "current/status/uptime/2026-04.json").stat().st_ino == kept.st_ino, "linked, not made anew"


@pytest.mark.django_db
def test_the_twin_keeps_a_bounded_number_of_months(world):
    text = ComponentText(name="Web")
    define_component(actor=actor_of(world.admin), text=text, at=colombo("2021-01-01 10:00"))
    with scope(()):
        made = figures_contents(at=colombo("2026-05-08 12:00"))
    assert len(made) == 1 + 3 * MOST_MONTHS
    assert min(made) == "/status/uptime/"
    assert "/status/uptime/2025-05.csv" in made
    assert "/status/uptime/2025-04.csv" not in made
