"""Rows 6 and 45: nothing that a visitor claims about hosts, or about who they are, is believed."""

import re

import pytest
from django.conf import settings
from django.test import Client

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice
from tests.conftest import SignIn, World
from tests.tickets.views.test_mail_templates import EVERY, mail
from tests.web.addresses import addresses

CLAIMS = (
    "HTTP_X_REMOTE_USER", "HTTP_REMOTE_USER", "HTTP_X_FORWARDED_USER", "HTTP_X_FORWARDED_EMAIL",
    "HTTP_X_AUTH_REQUEST_USER",
    "HTTP_X_AUTH_REQUEST_EMAIL", "HTTP_X_WEBAUTH_USER", "HTTP_X_SSO_USER", "HTTP_X_USER", "HTTP_SM_USER",
    "HTTP_X_MS_CLIENT_PRINCIPAL_NAME", "HTTP_CF_ACCESS_AUTHENTICATED_USER_EMAIL", "REMOTE_USER",
)  # fmt: skip


def test_row_6_no_header_signs_anybody_in(world: World) -> None:
    for person in ("indra@ravingcrm.example", "admin", str(world.admin.user.pk)):
        answer = Client().get("/settings/", **dict.fromkeys(CLAIMS, person))
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/settings/")


def test_row_6_no_header_makes_a_client_an_admin(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.alice).get("/settings/", **dict.fromkeys(CLAIMS, "indra@ravingcrm.example"))
    assert answer.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "testserver@evil.example", " "]
)
def test_row_45_an_unknown_host_is_refused_everywhere(host: str) -> None:
    for path in ("/", "/accounts/login/", "/accounts/password/reset/", "/no/such/page/"):
        assert Client().get(path, HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_ORIGINAL_URL"])
def test_row_45_a_reset_link_leads_to_the_site_whatever_was_claimed(world: World, header: str) -> None:
    claimed = "host=evil.example" if header == "HTTP_FORWARDED" else "evil.example"
    answer = Client().post("/accounts/password/reset/", {"email": "alice@acme.example"}, **{header: claimed})
    assert answer.status_code == 302
    with system_scope("the test reads the mail"):
        [notice] = AccountNotice.objects.all()
    assert len(links(notice.full_text)) == 1
    assert "evil" not in notice.full_text


def links(text: str) -> list[str]:
    found = re.findall(r"[a-z]+://[^\s\"'<>)]+", text)
    assert all(link.startswith(f"{settings.SITE_URL}/") for link in found), found
    return found


@pytest.mark.parametrize("template", EVERY)
def test_row_45_every_link_of_every_mail_starts_with_the_sites_address(template: str) -> None:
    rendered = mail(template)
    assert links(rendered.text) != []
    for address in re.findall(r"""(?:href|src|action)\s*=\s*["']([^"']*)""", rendered.html):
        assert address.startswith(f"{settings.SITE_URL}/"), address


def test_row_45_no_page_leads_elsewhere_under_a_claimed_host(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.admin)
    for address in addresses():
        answer = browser.get(address.path, HTTP_X_FORWARDED_HOST="evil.example")
        assert "evil.example" not in answer.headers.get("Location", ""), address.route
        if not answer.streaming:
            assert b"evil.example" not in answer.content, address.route
