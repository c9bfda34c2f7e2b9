"""Everything is private unless it is on this list."""

import pytest
from django.test import Client

from tests.web.addresses import Address, addresses

PUBLIC = {
    "healthz",
    "readyz",
    "robots.txt",
    "accounts/login/",
    "accounts/logout/",  # whose session has ended already is simply sent to the front door
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    "accounts/password/reset/key/done/",
    "invitations/",  # a link that was cut off gets the same page as a spent one
    "invitations/<path:token>/",  # whoever is invited is nobody yet
    "policy/",
    "policy/versions/<int:number>/",
    "calendars/<slug:key>/<str:mark>.ics",  # whoever has the address, which cannot be guessed
    "status/",  # the same for everybody, asked in nobody's scope
    "status/history/",
    "status/history/<str:month>/",
    "status/day/<str:day>/",
    "status/api/v2/<path:name>.json",
    "status/subscribe/",
    "status/subscribe/sent/",
    "status/subscribe/<str:token>/",  # whoever has the link that was sent to the address
    "status/subscription/<str:token>/",  # likewise
    "status/subscription/<str:token>/unsubscribe/",
    "status/history.atom",
    "status/history.rss",
    "status/calendar.ics",
    "status/badge.svg",
    "status/components/<uuid:public_id>/calendar.ics",
    "status/components/<uuid:public_id>/badge.svg",
    "status/uptime/",
    "status/uptime/<str:month>.json",
    "status/uptime/<str:month>.csv",
    "status/uptime/<str:month>/",
    "status/banner/",  # an open page asks for its banner; whose session has ended gets nothing, and no page to sign in
    "status/incidents/<uuid:public_id>/",  # of what everybody may know; row-level security keeps the rest away
    "status/maintenance/<uuid:public_id>/",  # likewise
    "status/usual-windows/",
    "mail/in/",  # signed by a machine
    "mail/providers/<slug:provider>/inbound-mime",  # likewise
    "mail/providers/<slug:provider>/tracking",
    "api/",  # what the API is; and whatever lies below it and is no address, answered as a program expects
    "api/v1/schema/",
}
PRIVATE = [address for address in addresses() if address.route not in PUBLIC]
PAGES = [address for address in PRIVATE if not address.route.startswith("api/")]
API = [address for address in PRIVATE if address.route.startswith("api/")]


def test_the_public_addresses_are_exactly_these() -> None:
    assert {address.route for address in addresses() if address.is_public} == PUBLIC


def test_no_address_leads_to_sign_up_or_to_managing_addresses() -> None:
    names = {address.view.__name__ for address in addresses()}
    assert names & {"SignupView", "EmailView", "ConfirmEmailView", "PasswordSetView"} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", API, ids=lambda address: address.route)
def test_a_stranger_at_the_api_is_told_to_show_a_token(address: Address, method: str) -> None:
    answer = Client().generic(method, address.path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="helpdesk"'


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES, ids=lambda address: address.route or "home")
def test_a_stranger_is_sent_to_sign_in(address: Address) -> None:
    answer = Client().get(address.path)
    assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES, ids=lambda address: address.route or "home")
def test_a_stranger_who_posts_gets_401_and_the_text_back(address: Address) -> None:
    answer = Client().post(address.path, {"body": "two hours of <typing>"})
    assert answer.status_code == 401
    assert "two hours of &lt;typing&gt;" in answer.content.decode()
