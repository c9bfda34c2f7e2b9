"""Files over the API: staged, sent, listed, downloaded; and never anybody else's."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import ROOT, path_of, problem, ticket_of
from tickets.models import Attachment

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


def stage(caller, name="screen.txt", content=b"what the screen says", claimed="image/png", **fields):
    """POST one file as a caller's multipart form."""
    headers = {**caller.headers, **{key.replace("_", "-"): fields.pop(key) for key in list(fields) if key[0].isupper()}}
    data = {"file": SimpleUploadedFile(name, content, content_type=claimed), **fields}
    return caller.client.post(f"{ROOT}/attachments/", data, headers=headers)


def staged_id(caller, **more) -> str:
    answer = stage(caller, **more)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def test_a_file_is_staged_sent_listed_and_downloaded(world, caller, ticket):
    alice = caller(world.alice)
    made = stage(alice)
    shown = made.json()
    assert made.status_code == 201
    assert {key: shown[key] for key in ("name", "content_type", "size", "ticket", "entry", "internal", "content")} == {
        "name": "screen.txt", "content_type": "text/plain", "size": 20, "ticket": None, "entry": None,
        "internal": False, "content": None,
    }  # fmt: skip
    assert alice.get(made.headers["Location"].partition("8000")[2]).json() == shown
    sent = alice.post(f"{path_of(ticket)}messages/", {"body": "See the file.", "attachments": [shown["id"]]})
    assert sent.status_code == 201
    [listed] = alice.get(f"{path_of(ticket)}attachments/").json()["items"]
    assert (listed["id"], listed["entry"], listed["ticket"]) == (shown["id"], sent.json()["id"], str(ticket.public_id))
    assert alice.get(f"{path_of(ticket)}attachments/{shown['id']}/").json() == listed
    assert alice.get("/attachments/").json() == {"items": [], "next": None}
    file = alice.get(listed["content"].partition("8000")[2])
    assert b"".join(file.streaming_content) == b"what the screen says"


def test_a_new_ticket_takes_files_too(world, caller):
    alice = caller(world.alice)
    body = {"subject": "Invoices fail", "description": "All.", "severity": "P3", "attachments": [staged_id(alice)]}
    made = alice.post("/tickets/", body)
    assert made.status_code == 201
    assert len(alice.get(f"/tickets/{made.json()['id']}/attachments/").json()["items"]) == 1


def test_the_same_key_stages_one_file(world, caller):
    alice = caller(world.alice)
    first = stage(alice, Idempotency_Key="upload-1")
    again = stage(alice, Idempotency_Key="upload-1")
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (201, first.json(), "true")
    other = stage(alice, content=b"something else", Idempotency_Key="upload-1")
    assert problem(other) == (422, "key-reused")
    with system_scope("the test counts"):
        assert Attachment.objects.count() == 1


def test_row_10_the_claimed_type_counts_for_nothing_and_a_file_is_never_shown_inline(world, caller, ticket):
    """row 10: an SVG that calls itself a PNG leaves as a download of no known type, sandboxed."""
    alice = caller(world.alice)
    file_id = staged_id(alice, name="logo.png", content=SVG)
    alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": [file_id]})
    answer = alice.get(f"{path_of(ticket)}attachments/{file_id}/content/", Accept="image/png")
    assert answer.status_code == 200
    headers = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy",
               "Cache-Control", "Cross-Origin-Resource-Policy", "Content-Length")  # fmt: skip
    assert [answer.headers[name] for name in headers] == [
        "application/octet-stream", 'attachment; filename="logo.png"', "nosniff", "sandbox; default-src 'none'",
        "private, no-store", "same-origin", str(len(SVG)),
    ]  # fmt: skip
    assert b"".join(answer.streaming_content) == SVG


def test_row_11_rights_are_asked_at_each_download(world, caller, ticket):
    """row 11: a link that worked stops working with the right to see the ticket."""
    alice = caller(world.alice)
    file_id = staged_id(alice)
    alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": [file_id]})
    where = f"{path_of(ticket)}attachments/{file_id}/content/"
    for person, status in ((world.alice, 200), (world.amara, 200), (world.agent, 200), (world.bob, 404)):
        answer = caller(person).get(where)
        assert answer.status_code == status
        if status == 200:
            assert b"".join(answer.streaming_content) == b"what the screen says"
    assert problem(caller(world.narrow).get(where)) == (404, "not-found")
    assert problem(caller().get(where)) == (401, "unauthenticated")


def test_row_13_another_organisations_another_persons_and_missing_files_are_refused_alike(world, caller, ticket):
    """row 13: a foreign id in a body names nothing."""
    alice, amara, bob = caller(world.alice), caller(world.amara), caller(world.bob)
    wanted = {name: staged_id(who) for name, who in (("colleague", amara), ("foreign", bob))}
    wanted["missing"] = str(uuid.uuid4())
    said = set()
    for file_id in wanted.values():
        answer = alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": [file_id]})
        assert problem(answer) == (422, "invalid")
        said.add(answer.json()["detail"].replace(file_id, "ID"))
        assert answer.json()["errors"][0]["field"] == "attachments"
    assert len(said) == 1


def test_row_15_a_file_is_found_below_its_own_ticket_only(world, caller, ticket):
    """row 15: own parent with a foreign child, another own child, and a foreign parent with an own child."""
    alice, bob = caller(world.alice), caller(world.bob)
    second, foreign = ticket_of(world), ticket_of(world, "bob")
    mine, theirs = staged_id(alice), staged_id(bob)
    alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": [mine]})
    bob.post(f"{path_of(foreign)}messages/", {"body": "x", "attachments": [theirs]})
    bodies = set()
    for parent, child in ((second, mine), (foreign, mine), (ticket, theirs), (ticket, uuid.uuid4())):
        for end in ("", "content/"):
            answer = alice.get(f"{path_of(parent)}attachments/{child}/{end}")
            assert problem(answer) == (404, "not-found")
            bodies.add(tuple(answer.json()[key] for key in ("type", "title", "detail")))
    assert len(bodies) == 1


def test_a_file_of_an_internal_note_is_never_a_clients(world, caller, ticket):
    agent, alice = caller(world.agent), caller(world.alice)
    file_id = staged_id(agent, organisation="ACME")
    note = {"body": "x", "internal": True, "attachments": [file_id]}
    assert agent.post(f"{path_of(ticket)}messages/", note).status_code == 201
    assert agent.get(f"/attachments/{file_id}/").json()["internal"] is True
    assert alice.get(f"{path_of(ticket)}attachments/").json()["items"] == []
    for path in (f"/attachments/{file_id}/", f"{path_of(ticket)}attachments/{file_id}/",
                 f"{path_of(ticket)}attachments/{file_id}/content/"):  # fmt: skip
        assert problem(alice.get(path)) == (404, "not-found")


@pytest.mark.parametrize("who", ["amara", "bob", "agent", "admin", "narrow"])
def test_row_30_a_staged_file_is_its_uploaders_alone(world, caller, who):
    """row 30: until it is sent nobody else reads or removes it."""
    file_id = staged_id(caller(world.alice))
    other = caller(getattr(world, who))
    assert problem(other.get(f"/attachments/{file_id}/")) == (404, "not-found")
    assert problem(other.delete(f"/attachments/{file_id}/")) == (404, "not-found")
    assert other.get("/attachments/").json()["items"] == []


def test_a_staged_file_is_removed_and_a_sent_one_stays(world, caller, ticket):
    alice = caller(world.alice)
    staged, sent = staged_id(alice), staged_id(alice)
    alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": [sent]})
    assert problem(alice.delete(f"/attachments/{staged}/", If_Match='"other"')) == (412, "stale")
    etag = alice.get(f"/attachments/{staged}/").headers["ETag"]
    assert alice.delete(f"/attachments/{staged}/", If_Match=etag).status_code == 204
    assert problem(alice.delete(f"/attachments/{staged}/")) == (404, "not-found")
    assert problem(alice.delete(f"/attachments/{sent}/")) == (409, "conflict")


@pytest.mark.parametrize(
    ("name", "content", "more", "field"),
    [
        ("empty.txt", b"", {}, "file"),
        ("...", b"x", {}, "file"),
        ("a.txt", b"x", {"organisation": "GLOBEX"}, "organisation"),
        ("a.txt", b"x", {"organisation": "AC\x00"}, "organisation"),
        ("a.txt", b"x", {"public_id": "1"}, "public_id"),
    ],
)
def test_a_refused_file_names_the_field(world, caller, name, content, more, field):
    answer = stage(caller(world.alice), name=name, content=content, **more)
    assert problem(answer) == (422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_row_30_a_file_over_the_limit_is_refused(world, caller, settings):
    """row 30: limits are held by the operation, whatever the request says."""
    settings.ATTACHMENT_BYTES = 10
    answer = stage(caller(world.alice), content=b"x" * 11)
    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "file"


def test_an_upload_in_another_form_is_refused(world, caller):
    alice = caller(world.alice)
    assert problem(alice.post("/attachments/", {"file": "x"})) == (415, "unsupported-media-type")
    two = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    answer = alice.client.post(f"{ROOT}/attachments/", {"file": two}, headers=alice.headers)
    assert problem(answer) == (422, "invalid")
    empty = alice.client.post(f"{ROOT}/attachments/", {}, headers=alice.headers)
    assert [error["field"] for error in empty.json()["errors"]] == ["file"]


def test_staff_say_for_which_organisation(world, caller):
    assert problem(stage(caller(world.agent))) == (422, "invalid")
    assert problem(stage(caller(world.narrow), organisation="ACME")) == (422, "invalid")
    assert stage(caller(world.narrow), organisation="GLOBEX").json()["organisation"] == "GLOBEX"


def test_a_token_for_reading_uploads_nothing(world, caller):
    assert problem(stage(caller(world.alice, "read"))) == (403, "forbidden")


def test_a_browsers_upload_needs_its_csrf_token(world, signed_in):
    browser = signed_in(world.alice, enforce_csrf_checks=True)
    data = {"file": SimpleUploadedFile("a.txt", b"a")}
    assert problem(browser.post(f"{ROOT}/attachments/", data)) == (403, "forbidden")
    token = str(browser.get("/accounts/password/change/").context["csrf_token"])
    data = {"file": SimpleUploadedFile("a.txt", b"a")}
    assert browser.post(f"{ROOT}/attachments/", data, headers={"X-CSRFToken": token}).status_code == 201


def test_lists_of_files_cost_the_same_number_of_queries_at_any_length(world, caller, ticket):
    alice = caller(world.alice)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert alice.get(path).status_code == 200
        return len(taken)

    paths = ("/attachments/", f"{path_of(ticket)}attachments/")
    found = []
    for _ in range(2):
        sent = [staged_id(alice) for _ in range(3)]
        assert alice.post(f"{path_of(ticket)}messages/", {"body": "x", "attachments": sent}).status_code == 201
        staged_id(alice)
        found.append([queries(path) for path in paths])
    assert found[0] == found[1]
