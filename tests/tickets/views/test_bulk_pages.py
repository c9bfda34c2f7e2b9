"""Many tickets at once in the pages, without JavaScript: tick, say what, watch, stop."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import actor_of
from tickets.models import BulkItem, BulkRun
from tickets.operations.bulk import work_off

pytestmark = pytest.mark.usefixtures("everything", "monday")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def three(submit, world):
    """ACME-1, ACME-2 and GLOBEX-1."""
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    return [submit("P2"), submit("P2"), submit("P2", **bob)]


def hidden(answer) -> dict[str, list[str]]:
    """What the form on the page would send."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()):
        found.setdefault(name, []).append(value)
    return found


def ids(tickets) -> list[str]:
    return [str(one.public_id) for one in tickets]


def test_the_whole_way_works_by_forms_alone(signed_in, world, three):
    browser = signed_in(world.agent)
    page = browser.get("/queue/").content.decode()
    assert 'action="/queue/bulk/"' in page
    assert all(f'form="bulk" value="{one.public_id}" aria-label="Tick {one.reference}"' in page for one in three)
    assert "checked" not in page.split("<tbody>")[1]
    assert browser.get("/queue/?ticked=all").content.decode().split("<tbody>")[1].count(" checked") == 3

    form = browser.post("/queue/bulk/", {"verb": "reply", "ticket": ids(three)})
    assert form.status_code == 200
    assert hidden(form)["ticket"] == ids(three)
    assert BulkRun.objects.count() == 0, "nothing is changed yet"

    started = browser.post("/queue/bulk/runs/", {**hidden(form), "body": "We look."})
    run = BulkRun.objects.get()
    assert (started.status_code, started.url) == (302, f"/queue/bulk/runs/{run.public_id}/")
    waiting = browser.get(started.url).content.decode()
    assert "0 of 3 tickets have had their turn" in waiting
    assert "Stop the rest" in waiting
    assert 'hx-trigger="every' in waiting
    assert browser.post("/queue/bulk/runs/", {**hidden(form), "body": "We look."}).url == started.url

    work_off()
    done = browser.get(started.url).content.decode()
    assert "Finished: 3 of 3 tickets are done" in done
    assert done.count("The reply is sent.") == 3
    assert "hx-trigger" not in done
    assert f"/queue/bulk/runs/{run.public_id}/" in browser.get("/queue/bulk/runs/").content.decode()


def test_the_progress_alone_answers_htmx(signed_in, world, three):
    browser = signed_in(world.agent)
    browser.post("/queue/bulk/runs/", {"verb": "assign", "assignee": "", "ticket": ids(three)})
    address = f"/queue/bulk/runs/{BulkRun.objects.get().public_id}/"
    part = browser.get(address, headers=HTMX).content.decode()
    assert part.startswith('<section id="run"')
    assert "every 1500ms" in part
    work_off()
    part = browser.get(address, headers=HTMX).content.decode()
    assert "every" not in part
    assert 'hx-swap-oob="true">Finished: 3 of 3 tickets are done.' in part


def test_the_rest_can_be_stopped_once(signed_in, world, three):
    browser = signed_in(world.agent)
    browser.post("/queue/bulk/runs/", {"verb": "resolution", "message": "", "ticket": ids(three)})
    address = f"/queue/bulk/runs/{BulkRun.objects.get().public_id}/"
    work_off(limit=1)
    stopped = browser.post(f"{address}stop/", follow=True).content.decode()
    assert "Stopped. 2 tickets are left as they were." in stopped
    assert "Stopped: 1 of 3 tickets are done" in stopped
    assert browser.post(f"{address}stop/").status_code == 409


def test_a_refused_form_gives_back_what_was_typed_and_who_was_ticked(signed_in, world, three):
    browser = signed_in(world.agent)
    typed = {"verb": "severity", "severity": "P1", "reason": " ", "ticket": ids(three)}
    answer = browser.post("/queue/bulk/runs/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why the severity changes; the clients are told." in page
    assert '<option value="P1" selected>' in page
    assert hidden(answer)["ticket"] == ids(three)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"verb": "reply"}, "Tick at least one ticket."),
        ({"verb": "reply", "ticket": "no-id"}, "No such ticket."),
        ({"verb": "reply", "ticket": [str(uuid.UUID(int=i)) for i in range(1, 202)]}, "At most 200 tickets at a time."),
        ({"verb": "nosuch", "ticket": str(uuid.UUID(int=1))}, "Choose what is to be done."),
    ],
)
@pytest.mark.parametrize("address", ["/queue/bulk/", "/queue/bulk/runs/"])
def test_a_selection_that_leads_nowhere_says_why(signed_in, world, address, sent, said):
    answer = signed_in(world.agent).post(address, {**sent, "body": "Hello."})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_foreign_ticket_in_a_selection_is_no_such_ticket(signed_in, world, three):
    browser = signed_in(world.narrow)
    foreign, missing = (
        browser.post("/queue/bulk/", {"verb": "reply", "ticket": one}) for one in (ids(three)[0], str(uuid.uuid4()))
    )
    assert foreign.status_code == missing.status_code == 422
    assert "No such ticket." in foreign.content.decode()
    mixed = browser.post("/queue/bulk/", {"verb": "reply", "ticket": ids(three)}).content.decode()
    assert "2 of those chosen: no such tickets." in mixed
    assert "ACME" not in mixed
    browser.post("/queue/bulk/runs/", {"verb": "reply", "body": "Hello.", "ticket": ids(three)})
    assert list(BulkItem.objects.values_list("ticket_id", flat=True)) == [three[2].pk]


def test_a_run_is_its_persons_alone(signed_in, world, three):
    signed_in(world.agent).post("/queue/bulk/runs/", {"verb": "assign", "assignee": "", "ticket": ids(three)})
    address = f"/queue/bulk/runs/{BulkRun.objects.get().public_id}/"
    colleague = signed_in(world.manager)
    assert colleague.get(address).status_code == colleague.post(f"{address}stop/").status_code == 404
    assert "No runs yet" in colleague.get("/queue/bulk/runs/").content.decode()
    assert signed_in(world.amara).get(address).status_code == 403


def test_a_runs_page_asks_the_same_number_of_questions_for_one_ticket_and_for_twelve(signed_in, world, submit):
    browser, found = signed_in(world.agent), []
    for number in (1, 12):
        chosen = ids([submit("P3") for _ in range(number)])
        answer = browser.post("/queue/bulk/runs/", {"verb": "assign", "assignee": "", "ticket": chosen})
        browser.get(answer.url)
        with CaptureQueriesContext(connection) as queries:
            browser.get(answer.url)
        found.append(len(queries))
    assert found[0] == found[1]
