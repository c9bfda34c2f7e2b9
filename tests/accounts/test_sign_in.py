"""Sign-in by e-mail and password, and the password reset end to end."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client, RequestFactory
from pytest_django import Settings

from helpdesk.accounts.operations import deactivate_person
from helpdesk.lib import wake
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice
from tests.conftest import SignIn, World

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
NEW = "a-fresh-long-word"


def account_mails() -> list[AccountNotice]:
    with system_scope("the test reads what was queued"):
        return list(AccountNotice.objects.order_by("pk"))


def sign_in(email: str, password: str, browser: Client | None = None) -> tuple[int, str]:
    answer = (browser or Client()).post(LOGIN, {"login": email, "password": password})
    return answer.status_code, answer.headers.get("Location", "")


def test_the_right_password_opens_the_front_door(world: World) -> None:
    assert sign_in("alice@acme.example", "secret-1") == (302, "/")


def test_the_case_of_the_address_does_not_matter(world: World) -> None:
    assert sign_in("Alice@ACME.example", "secret-1") == (302, "/")


def test_sign_in_leads_back_to_the_page_that_was_wanted(world: World) -> None:
    browser = Client()
    wanted = browser.get("/settings/outbox/").headers["Location"]
    assert wanted == "/accounts/login/?next=/settings/outbox/"
    form = browser.get(wanted)
    assert '<input type="hidden" name="next" value="/settings/outbox/">' in form.content.decode()
    answer = browser.post(
        LOGIN, {"login": "indra@ravingcrm.example", "password": "secret-1", "next": "/settings/outbox/"}
    )
    assert answer.headers["Location"] == "/settings/outbox/"


def test_sign_in_never_leads_to_another_site(world: World) -> None:
    answer = Client().post(
        LOGIN, {"login": "alice@acme.example", "password": "secret-1", "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/"


def errors(email: str, password: str) -> list[str]:
    answer = Client().post(LOGIN, {"login": email, "password": password})
    assert answer.status_code == 200
    assert email in answer.content.decode()  # what was typed is still there
    return list(answer.context["form"].non_field_errors())


def test_wrong_password_unknown_address_and_removed_person_get_the_same_answer(world: World) -> None:
    with system_scope("the admin removes Bob"):
        deactivate_person(user=world.bob, actor=SYSTEM)
    wrong = errors("alice@acme.example", "not-it-at-all")
    assert wrong == ["The email address and/or password you specified are not correct."]
    assert errors("nobody@acme.example", "secret-1") == wrong
    assert errors("bob@globex.example", "secret-1") == wrong


def test_guessing_is_stopped_after_a_few_attempts(world: World) -> None:
    for _ in range(9):
        Client().post(LOGIN, {"login": "alice@acme.example", "password": "guess"})
    answer = Client().post(LOGIN, {"login": "alice@acme.example", "password": "secret-1"})
    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def client_address(forwarded: str) -> str:
    """The address that the limits count for a request from 192.0.2.7 with this X-Forwarded-For."""
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)
    return get_adapter().get_client_ip(request)


def test_without_a_trusted_proxy_a_forged_header_changes_no_address(settings: Settings) -> None:
    assert settings.TRUSTED_PROXIES == []
    assert client_address("203.0.113.9") == "192.0.2.7"
    assert client_address("203.0.113.9, 198.51.100.4") == "192.0.2.7"


def test_behind_one_proxy_the_address_is_what_the_proxy_saw(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]
    assert client_address("198.51.100.4") == "198.51.100.4"
    assert client_address("203.0.113.9, 198.51.100.4") == "198.51.100.4"


def test_the_listed_proxies_come_from_the_environment() -> None:
    code = "from helpdesk import settings; print(*settings.TRUSTED_PROXIES)"
    environment = {**os.environ, "HELPDESK_TRUSTED_PROXIES": "10.0.0.7,172.30.240.0/24"}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == "10.0.0.7 172.30.240.0/24\n"


def test_forged_addresses_do_not_get_round_the_limit(world: World, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    for number in range(4):
        person = {"login": f"nobody{number}@acme.example", "password": "guess"}
        Client().post(LOGIN, person, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    last = {"login": "alice@acme.example", "password": "secret-1"}
    answer = Client().post(LOGIN, last, HTTP_X_FORWARDED_FOR="203.0.113.99")
    assert "Too many failed login attempts" in answer.content.decode()


def test_a_removed_persons_open_session_is_refused_at_the_next_request(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    assert browser.get("/").headers["Location"] == "/tickets/"
    with system_scope("the admin removes Alice"):
        deactivate_person(user=world.alice, actor=SYSTEM)
    assert browser.get("/").headers["Location"] == "/accounts/login/?next=/"
    posted = browser.post("/tickets/new/", {"subject": "My long text"})
    assert posted.status_code == 401
    assert "My long text" in posted.content.decode()


def test_signing_out_needs_a_post(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/").headers["Location"] == "/tickets/"
    assert browser.post("/accounts/logout/").status_code == 302
    assert browser.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_a_forgotten_password_is_reset_through_the_mailed_link(world: World, settings: object) -> None:
    browser = Client()
    answer = browser.post(RESET, {"email": "ALICE@acme.example"}, HTTP_HOST="localhost")
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    [mail] = account_mails()
    assert (mail.recipient, mail.event, mail.subject) == (
        "alice@acme.example",
        "password_reset_key",
        "Choose a new password for ravingCRM support",
    )
    # Below the site's own address, whatever Host header the request carried.
    [link] = re.findall(rf"^{re.escape(settings.SITE_URL)}(/accounts/password/reset/key/\S+)$", mail.full_text, re.M)
    form = browser.get(link, follow=True)
    assert form.request["PATH_INFO"].endswith("-set-password/")
    done = browser.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.headers["Location"] == "/accounts/password/reset/key/done/"
    assert sign_in("alice@acme.example", "secret-1")[0] == 200
    assert sign_in("alice@acme.example", NEW) == (302, "/")
    assert "This link no longer works" in Client().get(link).content.decode()


def test_a_weak_new_password_is_refused_beside_its_field(world: World) -> None:
    browser = Client()
    browser.post(RESET, {"email": "alice@acme.example"})
    link = re.search(r"/accounts/password/reset/key/\S+", account_mails()[0].full_text)
    assert link
    form = browser.get(link.group(), follow=True)
    answer = browser.post(form.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    assert answer.status_code == 200
    assert "too short" in " ".join(answer.context["form"].errors["password1"])


@pytest.mark.parametrize("email", ["nobody@acme.example", "bob@globex.example"])
def test_a_stranger_and_a_removed_person_get_the_same_answer_and_no_mail(world: World, email: str) -> None:
    with system_scope("the admin removes Bob"):
        deactivate_person(user=world.bob, actor=SYSTEM)
    known = Client().post(RESET, {"email": "alice@acme.example"})
    answer = Client().post(RESET, {"email": email})
    assert (answer.status_code, answer.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert [mail.recipient for mail in account_mails()] == ["alice@acme.example"]


@pytest.mark.parametrize("email", ["alice@acme.example", "nobody@nowhere.example"])
def test_asking_for_a_reset_rings_the_same_bell_for_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, email: str
) -> None:
    """What happens after the answer can be timed as well as what happens before it."""
    rung: list[str] = []
    monkeypatch.setattr(wake, "_ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(RESET, {"email": email})
    assert rung == ["notifications.deliver"]


@pytest.mark.parametrize("key", ["1-", "1-abc", "zz-%00", "1-null", "1-set-password"])
def test_a_made_up_reset_link_is_refused(world: World, key: str) -> None:
    answer = Client().get(f"/accounts/password/reset/key/{key}/")
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        assert "This link no longer works" in answer.content.decode()


def test_a_password_is_changed_with_the_old_one(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    page = "/accounts/password/change/"
    wrong = browser.post(page, {"oldpassword": "not-it", "password1": NEW, "password2": NEW})
    assert list(wrong.context["form"].errors) == ["oldpassword"]
    browser.post(page, {"oldpassword": "secret-1", "password1": NEW, "password2": NEW})
    assert sign_in("alice@acme.example", NEW) == (302, "/")
