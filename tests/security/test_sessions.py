"""Row 41: a session is made anew at sign-in, and ends everywhere with the password."""

from django.conf import settings
from django.test import Client

from tests.conftest import SignIn, World

LOGIN = "/accounts/login/"
NEW = "a-fresh-long-word"


def key(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_row_41_the_session_key_changes_at_sign_in(world: World) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    planted = key(browser)
    browser.post(LOGIN, {"login": "alice@acme.example", "password": "secret-1"})
    assert key(browser) != planted
    fixed = Client()
    fixed.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert fixed.get("/tickets/").status_code == 302


def test_row_41_a_made_up_session_key_is_not_taken_over(world: World) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    browser.post(LOGIN, {"login": "alice@acme.example", "password": "secret-1"})
    assert key(browser) != "a" * 32


def test_row_41_another_password_ends_every_session(world: World, signed_in: SignIn) -> None:
    here, elsewhere = signed_in(world.alice), signed_in(world.alice)
    form = {"oldpassword": "secret-1", "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert elsewhere.get("/tickets/").status_code == 302
    assert Client().post(LOGIN, {"login": "alice@acme.example", "password": "secret-1"}).status_code == 200


def test_row_41_signing_out_ends_the_session_on_the_server(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    kept = key(browser)
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/tickets/").status_code == 302
