"""Files on the pages: chosen, kept when a form is refused, shown, and downloaded by who may read them."""

import re
import uuid
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.test import Client

from helpdesk.accounts.models import Membership
from helpdesk.accounts.operations import deactivate_person
from tests.support import actor_of, colombo
from tests.tickets.files_of_all_kinds import MHTML, NAMES, PDF, PNG, SCRIPT, SVG, TYPES, XHTML
from tickets.models import Attachment, Ticket, TimelineEntry
from tickets.operations.conversation import add_note, reply
from tickets.operations.status import close, resolve

pytestmark = pytest.mark.usefixtures("everything", "monday")
NEW = "/tickets/new/"


@pytest.fixture
def ticket(submit):
    return submit("P2", "2026-11-16 10:00")


@pytest.fixture
def file(ticket, world, attach) -> Attachment:
    """A public file of Alice's ticket."""
    return sent(ticket, world.alice, attach)


def sent(ticket, person, attach, content=b"what the screen says", *, operation=reply, name="screen.txt") -> Attachment:
    file = attach(person, content, name=name)
    at = colombo("2026-11-16 10:30")
    operation(ticket=ticket, actor=actor_of(person), body="See the file.", attachments=[file.public_id], at=at)
    file.refresh_from_db()
    return file


def path_of(file, *, ticket=None) -> str:
    return f"{(ticket or file.ticket).path}files/{file.public_id}/"


def asked(browser: Client, path: str):
    """The answer, read to its end: a file left to the collector would warn in whichever test comes next."""
    answer = browser.get(path)
    answer.getvalue()
    return answer


def chosen(name="screen.txt", content=b"what the screen says") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def new_ticket(**more):
    return {
        "subject": "Invoices fail", "severity": "P2", "description": "Every invoice ends in an error.",
        "submission_key": str(uuid.uuid4()), **more,
    }  # fmt: skip


def kept_on(page: str) -> dict[str, bool]:
    """The files that a page shows as kept, by id, and whether each is ticked."""
    found = re.findall(r'name="attachments" value="([^"]+)"( checked)?', page)
    assert [public_id for public_id, _ in found] == re.findall(r'name="offered" value="([^"]+)"', page)
    return {public_id: bool(tick) for public_id, tick in found}


# --- downloads ----------------------------------------------------------------------------------------------


def test_a_download_carries_the_bytes_and_the_headers_that_make_it_harmless(signed_in, world, file):
    answer = signed_in(world.alice).get(path_of(file))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"what the screen says"
    assert {name: answer.headers.get(name) for name in HARMLESS} == HARMLESS
    assert answer.headers["Content-Length"] == "20"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="screen.txt"'


HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_a_head_request_tells_the_length_without_the_bytes(signed_in, world, file):
    answer = signed_in(world.alice).head(path_of(file))
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "20")
    assert b"".join(answer.streaming_content) == b""
    assert {name: answer.headers.get(name) for name in HARMLESS} == HARMLESS


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_file_is_only_read(signed_in, world, file, method):
    assert getattr(signed_in(world.alice), method)(path_of(file)).status_code == 405


ATTACKS = [
    ("a.svg", SVG), ("a.png", SVG), ("a.html", b"<!doctype html>" + SCRIPT), ("a.jpg", SCRIPT), ("a.xhtml", XHTML),
    ("a.xml", XHTML), ("a.mhtml", MHTML), ("a.pdf", PDF), ("a.js", b"alert(1)"), ("a.gif", b"GIF89a=1;" + SCRIPT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), ATTACKS)
def test_rows_30_and_31_what_could_run_leaves_as_a_sandboxed_download_of_a_harmless_type(
    signed_in, world, ticket, name, content
):
    """rows 30, 31: svg, html, xhtml, xml, mhtml, pdf with scripts and js, sent by the page's form."""
    browser = signed_in(world.alice)
    typed = {"body": "See the file.", "file": SimpleUploadedFile(name, content, content_type="text/html")}
    assert browser.post(f"{ticket.path}reply/", typed).status_code == 302
    answer = browser.get(path_of(Attachment.objects.get()))
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] in {
        "application/octet-stream",
        "application/pdf",
        "text/plain; charset=utf-8",
    }
    assert b"".join(answer.streaming_content) == content


@pytest.mark.parametrize(("name", "content", "content_type", "served"), TYPES)
def test_the_type_of_a_download_is_told_by_its_content(
    signed_in, world, ticket, attach, name, content, content_type, served
):
    file = sent(ticket, world.alice, attach, content, name=name)
    assert file.content_type == content_type
    assert asked(signed_in(world.alice), path_of(file)).headers["Content-Type"] == served


@pytest.mark.parametrize(("given", "clean"), NAMES)
def test_row_29_a_name_cannot_break_out_of_the_download_header_or_the_page(
    signed_in, world, ticket, attach, given, clean
):
    """row 29"""
    file = sent(ticket, world.alice, attach, name=given)
    header = asked(signed_in(world.alice), path_of(file)).headers["Content-Disposition"]
    plain, encoded = re.fullmatch(r"attachment; filename(?:=\"([^\"]*)\"|\*=utf-8''([^;\s]*))", header).groups()
    assert (plain if plain is not None else unquote(encoded)) == clean


def test_row_34_a_file_name_is_text_on_the_page(signed_in, world, ticket, attach):
    """row 34: markup in a name is shown, not run."""
    sent(ticket, world.alice, attach, name="<img src=x onerror=alert(1)>'&.txt")
    page = signed_in(world.agent).get(ticket.path).content.decode()
    assert "_img src=x onerror=alert(1)_&#x27;&amp;.txt" in page


# --- rights -------------------------------------------------------------------------------------------------


def test_row_10_a_file_is_asked_for_anonymously_as_a_stranger_and_as_a_colleague(signed_in, world, file, ticket):
    """row 10: anonymous is sent to sign in; the other organisation's people and staff get what a missing one gets."""
    assert Client().get(path_of(file)).headers["Location"].split("?")[0] == "/accounts/login/"
    for person in (world.bob, world.narrow):
        browser = signed_in(person)
        foreign, missing = browser.get(path_of(file)), browser.get(f"{ticket.path}files/{uuid.uuid4()}/")
        assert foreign.status_code == missing.status_code == 404
        assert "screen.txt" not in foreign.content.decode()
    for person in (world.alice, world.amara, world.agent, world.manager, world.admin):
        assert asked(signed_in(person), path_of(file)).status_code == 200


def test_row_11_another_clients_file_of_the_same_organisation_stays_theirs(signed_in, world, submit, attach):
    """row 11: the id is known, the owner is checked."""
    amaras = submit(requester=world.amara, actor=actor_of(world.amara))
    own, file = submit(), sent(amaras, world.amara, attach)
    browser = signed_in(world.alice)
    assert [browser.get(path_of(file, ticket=each)).status_code for each in (amaras, own)] == [404, 404]
    assert asked(signed_in(world.amara), path_of(file)).status_code == 200


def test_row_15_a_file_is_found_below_its_own_ticket_only(signed_in, world, submit, attach, file, ticket):
    """row 15: own parent with a foreign child, foreign parent with an own child, own parent with another own child."""
    foreign_ticket = submit(organisation=world.globex, requester=world.bob, actor=actor_of(world.bob))
    foreign_file = attach(world.bob, organisation=world.globex)
    reply(ticket=foreign_ticket, actor=actor_of(world.bob), body="Mine.", attachments=[foreign_file.public_id])
    foreign_file.refresh_from_db()
    sibling = submit()
    for person in (world.alice, world.agent):
        browser = signed_in(person)
        assert browser.get(path_of(foreign_file, ticket=ticket)).status_code == 404
        assert browser.get(path_of(file, ticket=foreign_ticket)).status_code == 404
        assert browser.get(path_of(file, ticket=sibling)).status_code == 404
        assert asked(browser, path_of(file)).status_code == 200


def test_row_47_an_internal_file_is_for_staff_on_page_list_and_download(signed_in, world, ticket, attach):
    """row 47"""
    internal = sent(ticket, world.agent, attach, operation=add_note, name="their-contract.txt")
    for client in (world.alice, world.amara):
        browser = signed_in(client)
        page = browser.get(ticket.path).content.decode()
        assert "their-contract.txt" not in page
        assert str(internal.public_id) not in page
        assert browser.get(path_of(internal)).status_code == 404
    browser = signed_in(world.agent)
    assert path_of(internal) in browser.get(ticket.path).content.decode()
    assert asked(browser, path_of(internal)).status_code == 200


def test_a_staged_file_is_downloaded_by_nobody_not_even_below_its_uploaders_ticket(signed_in, world, ticket, attach):
    staged = attach(world.alice)
    for person in (world.alice, world.amara, world.agent, world.bob):
        assert signed_in(person).get(path_of(staged, ticket=ticket)).status_code == 404


def test_who_has_lost_their_account_loses_the_files_too(signed_in, world, file):
    browser = signed_in(world.alice)
    assert asked(browser, path_of(file)).status_code == 200
    deactivate_person(user=world.alice, actor=actor_of(world.admin))
    assert browser.get(path_of(file)).status_code == 302


# --- sending ------------------------------------------------------------------------------------------------


def test_a_reply_takes_several_files_and_the_page_shows_them(signed_in, world, ticket):
    browser = signed_in(world.alice)
    typed = {"body": "See both.", "file": [chosen("a.png", PNG), chosen("b.txt", b"log")]}
    assert browser.post(f"{ticket.path}reply/", typed)["Location"] == ticket.path
    page = browser.get(ticket.path).content.decode()
    shown = ("PNG image, 33\xa0bytes", "text, 3\xa0bytes")
    for file, words in zip(Attachment.objects.order_by("pk"), shown, strict=True):
        assert f'<a href="{path_of(file)}" download>{file.name}</a> <small class="muted">{words}</small>' in page


@pytest.mark.parametrize(
    ("verb", "field", "kind", "is_public"),
    [("reply", "body", "reply", True), ("note", "body", "note", False), ("resolution", "message", "resolved", True)],
)
def test_staff_attach_to_a_reply_a_note_and_a_resolution(signed_in, world, ticket, verb, field, kind, is_public):
    typed = {field: "See the file.", "file": chosen()}
    assert signed_in(world.agent).post(f"{ticket.path}{verb}/", typed).status_code == 302
    file = Attachment.objects.get()
    assert (file.entry.kind, file.is_public, file.uploaded_by) == (kind, is_public, world.agent.user)


def test_a_new_ticket_takes_files_with_it(signed_in, world):
    answer = signed_in(world.alice).post(NEW, new_ticket(file=[chosen(), chosen("b.txt")]))
    ticket = Ticket.objects.get()
    assert answer["Location"] == ticket.path
    found = Attachment.objects.order_by("pk")
    assert [(one.name, one.ticket, one.entry.kind) for one in found] == [
        ("screen.txt", ticket, "opened"),
        ("b.txt", ticket, "opened"),
    ]


def test_staff_open_a_clients_ticket_with_a_file(signed_in, world):
    typed = new_ticket(organisation="ACME", requester=str(world.alice.pk), file=chosen())
    assert signed_in(world.agent).post(NEW, typed).status_code == 302
    file = Attachment.objects.get()
    assert (file.organisation, file.ticket, file.uploaded_by) == (world.acme, Ticket.objects.get(), world.agent.user)


def test_a_form_sent_twice_is_one_ticket_with_its_files_once(signed_in, world):
    browser, typed = signed_in(world.alice), new_ticket()
    for _ in range(2):
        browser.post(NEW, {**typed, "file": chosen()})
    assert Attachment.objects.get().ticket == Ticket.objects.get()


@pytest.mark.parametrize("path", [NEW, "ticket"])
def test_the_form_offers_several_files_and_says_how_many_and_how_large(signed_in, world, ticket, path):
    page = signed_in(world.alice).get(ticket.path if path == "ticket" else path).content.decode()
    assert re.search(r'<form[^>]* enctype="multipart/form-data"', page)
    assert re.search(r'<input type="file" name="file"[^>]* multiple', page)
    assert "Up to 10 files of at most 25.0\xa0MB each." in page


# --- refused forms lose nothing -----------------------------------------------------------------------------


def test_a_refused_reply_keeps_its_files_and_the_next_try_sends_them(signed_in, world, ticket):
    browser = signed_in(world.alice)
    answer = browser.post(f"{ticket.path}reply/", {"body": " ", "file": chosen()})
    assert answer.status_code == 422
    file = Attachment.objects.get()
    page = answer.content.decode()
    assert kept_on(page) == {str(file.public_id): True}
    assert "screen.txt" in page
    again = {"body": "See the file.", "attachments": str(file.public_id), "offered": str(file.public_id)}
    assert browser.post(f"{ticket.path}reply/", again).status_code == 302
    file.refresh_from_db()
    assert (file.ticket, file.entry.body) == (ticket, "See the file.")


def test_a_refused_new_ticket_keeps_its_files_and_the_next_try_sends_them(signed_in, world):
    browser = signed_in(world.alice)
    answer = browser.post(NEW, new_ticket(subject="", file=chosen()))
    assert answer.status_code == 422
    file = Attachment.objects.get()
    assert kept_on(answer.content.decode()) == {str(file.public_id): True}
    typed = new_ticket(attachments=str(file.public_id), offered=str(file.public_id), file=chosen("b.txt"))
    assert browser.post(NEW, typed).status_code == 302
    assert list(Ticket.objects.get().attachments.order_by("pk").values_list("name", flat=True)) == [
        "screen.txt",
        "b.txt",
    ]


def test_a_kept_file_that_is_unticked_is_removed(signed_in, world, ticket):
    browser = signed_in(world.alice)
    browser.post(f"{ticket.path}reply/", {"body": " ", "file": [chosen("a.txt"), chosen("b.txt")]})
    first, second = (str(one.public_id) for one in Attachment.objects.order_by("pk"))
    typed = {"body": "The second only.", "attachments": second, "offered": [first, second]}
    assert browser.post(f"{ticket.path}reply/", typed).status_code == 302
    assert Attachment.objects.get().name == "b.txt"


def test_a_kept_file_stays_through_several_refusals(signed_in, world, ticket):
    browser = signed_in(world.alice)
    browser.post(f"{ticket.path}reply/", {"body": "", "file": chosen("a.txt")})
    first = str(Attachment.objects.get().public_id)
    typed = {"body": "", "file": chosen("b.txt"), "attachments": first, "offered": first}
    page = browser.post(f"{ticket.path}reply/", typed).content.decode()
    assert kept_on(page) == {str(one.public_id): True for one in Attachment.objects.order_by("pk")}
    assert Attachment.objects.count() == 2


def test_one_bad_file_refuses_the_form_keeps_the_good_ones_and_every_word(signed_in, world, ticket, settings):
    settings.ATTACHMENT_BYTES = 100
    files = [chosen("good.txt"), chosen("large.txt", b"x" * 101), chosen("empty.txt", b"")]
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": "Two hours of typing.", "file": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“large.txt” is larger than 100\xa0bytes, the most for one file." in page
    assert "“empty.txt” is empty." in page
    assert "Two hours of typing." in page
    assert kept_on(page) == {str(Attachment.objects.get(name="good.txt").public_id): True}
    assert not TimelineEntry.objects.filter(kind="reply").exists()


def test_of_too_many_files_the_first_are_kept_and_every_word(signed_in, world, ticket, settings):
    settings.ATTACHMENTS_PER_MESSAGE = 2
    files = [chosen(f"{number}.txt") for number in range(5)]
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": "Two hours of typing.", "file": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A message takes 2 files at most. The last 3 are not taken." in page
    assert "Two hours of typing." in page
    assert [one.name for one in Attachment.objects.order_by("pk")] == ["0.txt", "1.txt"]
    assert list(kept_on(page).values()) == [True, True]


def test_who_has_too_many_staged_files_sees_them_all_and_can_make_room(signed_in, world, ticket, attach, settings):
    settings.ATTACHMENTS_STAGED = 2
    forgotten = [str(attach(world.alice).public_id) for _ in range(2)]
    browser = signed_in(world.alice)
    page = browser.post(f"{ticket.path}reply/", {"body": "See the file.", "file": chosen("new.txt")}).content.decode()
    assert "“new.txt” is not taken: 2 of your files wait already" in page
    assert kept_on(page) == dict.fromkeys(forgotten, False)
    typed = {"body": "See the file.", "offered": forgotten, "file": chosen("new.txt")}
    assert browser.post(f"{ticket.path}reply/", typed).status_code == 302
    assert Attachment.objects.get().name == "new.txt"


def test_a_reply_to_a_closed_ticket_keeps_its_files_for_the_one_that_follows(signed_in, world, submit):
    ticket = submit("P3", "2026-11-02 10:00")
    resolve(ticket=ticket, actor=actor_of(world.agent), at=colombo("2026-11-02 11:00"))
    close(ticket=ticket, actor=actor_of(world.alice), at=colombo("2026-11-02 12:00"))
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": "Again.", "file": chosen()})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Again." in page
    assert kept_on(page) == {str(Attachment.objects.get().public_id): True}


@pytest.mark.parametrize("whose", ["amara", "bob", "agent", "nobody", "damaged"])
def test_rows_10_and_13_a_form_cannot_send_what_its_person_has_not_uploaded(signed_in, world, ticket, attach, whose):
    """rows 10, 13: another person's, another organisation's, a missing and a damaged id, in the same words."""
    organisation = world.globex if whose == "bob" else world.acme
    known = {"nobody": str(uuid.uuid4()), "damaged": "x' OR 1=1"}
    public_id = known.get(whose) or str(attach(getattr(world, whose), organisation=organisation).public_id)
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", {"body": "Mine?", "attachments": public_id})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is not a file that you have just uploaded." in page
    assert kept_on(page) == {}
    assert not Attachment.objects.filter(ticket__isnull=False).exists()


def test_nobody_removes_anothers_staged_file_by_offering_it(signed_in, world, ticket, attach):
    anothers = attach(world.amara)
    typed = {"body": "Hello.", "offered": str(anothers.public_id)}
    assert signed_in(world.alice).post(f"{ticket.path}reply/", typed).status_code == 302
    assert Attachment.objects.get() == anothers


def test_of_a_file_far_over_the_limit_little_is_kept_and_every_word(signed_in, world, ticket, settings, tmp_path):
    """What a browser sends beyond the limit fills neither memory nor disk, and the form is read to its end."""
    settings.ATTACHMENT_BYTES, settings.FILE_UPLOAD_TEMP_DIR = 100_000, str(tmp_path)
    written = []
    handler = TemporaryFileUploadHandler.receive_data_chunk

    def watched(self, raw_data, start):
        written.append(len(raw_data))
        return handler(self, raw_data, start)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TemporaryFileUploadHandler, "receive_data_chunk", watched)
        typed = {"file": chosen("large.bin", b"x" * 5_000_000), "body": "Typed after the file."}
        answer = signed_in(world.alice).post(f"{ticket.path}reply/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“large.bin” is larger than 97.7\xa0KB" in page
    assert "Typed after the file." in page
    assert 100_000 < sum(written) < 200_000


@pytest.mark.parametrize("typed", [{"body": "x" * 5_300_000}, {"file": [chosen() for _ in range(101)]}])
def test_more_than_any_form_takes_is_refused_with_a_clear_page(signed_in, world, ticket, typed):
    answer = signed_in(world.alice).post(f"{ticket.path}reply/", typed)
    assert answer.status_code == 413
    assert "Your browser&#x27;s Back button leads" in answer.content.decode().replace("'", "&#x27;")
    assert not TimelineEntry.objects.filter(kind="reply").exists()


def test_files_for_a_client_that_staff_do_not_serve_are_asked_for_again(signed_in, world):
    answer = signed_in(world.narrow).post(NEW, new_ticket(organisation="ACME", file=chosen()))
    assert answer.status_code == 422
    assert "Files are not: choose them on the next page." in answer.content.decode()
    assert not Attachment.objects.exists()


def test_whose_session_has_ended_is_told_that_files_must_be_chosen_anew(ticket):
    answer = Client().post(f"{ticket.path}reply/", {"body": "Two hours of typing.", "file": chosen()})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "Two hours of typing." in page
    assert "Files, if there were any, have to be chosen anew." in page
    assert not Attachment.objects.exists()


def test_of_a_strangers_files_not_a_byte_is_kept_and_every_word_is(ticket, settings, tmp_path, monkeypatch):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    kept = []
    for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
        monkeypatch.setattr(handler, "new_file", lambda self, *given, **more: kept.append(given))
    for size in (10, 5_000_000):
        typed = {"file": [chosen("a.bin", b"x" * size), chosen()], "body": "Typed after the files."}
        answer = Client().post(f"{ticket.path}reply/", typed)
        assert answer.status_code == 401
        assert "Typed after the files." in answer.content.decode()
        assert answer.wsgi_request.FILES == {}
    assert kept == []


def test_who_is_signed_in_without_belonging_anywhere_keeps_no_file_either(signed_in, world, ticket):
    Membership.objects.filter(user=world.amara).delete()
    answer = signed_in(world.amara).post(f"{ticket.path}reply/", {"body": "x", "file": chosen()})
    assert answer.wsgi_request.FILES == {}
