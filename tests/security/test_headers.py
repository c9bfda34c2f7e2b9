"""Row 31 and the checklist's headers: every answer of every address, for every role, carries them."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as real_settings
from django.test import Client

from tests.conftest import SignIn, World
from tests.support import in_turn
from tests.web.addresses import addresses
from tickets.models import Ticket

FIXED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What other sites' pages may read and show: the same for everybody, and told to strangers too.
FOR_OTHER_SITES = ("/status/api/v2/summary.json", "/status/history.atom", "/status/history.rss", "/status/calendar.ics")
FOR_OTHER_SITES += ("/status/badge.svg",)
POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "style-src": "'self'",
}
NONCE = re.compile(r"^(?:'nonce-([A-Za-z0-9+/=]{22,})' )?'strict-dynamic'$")


def policy_of(answer) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: sources for name, _, sources in (part.strip().partition(" ") for part in parts)}


def assert_headers(answer, address: str) -> None:
    shared = address in FOR_OTHER_SITES
    fixed = {**FIXED, "Cross-Origin-Resource-Policy": "cross-origin"} if shared else FIXED
    assert {name: answer.headers.get(name) for name in FIXED} == fixed, address
    assert "camera=()" in answer.headers["Permissions-Policy"], address
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"]), address
    told = {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}
    assert told == ({"Access-Control-Allow-Origin": "*"} if shared else {}), address
    found = policy_of(answer)
    if "sandbox" in found:  # a file, which may do even less
        assert found["default-src"] == "'none'", address
        return
    scripts = found.pop("script-src")
    assert NONCE.match(scripts), (address, scripts)
    assert found == POLICY, address


@pytest.mark.parametrize("who", in_turn("stranger", "admin", also=("alice", "amara", "agent", "manager")))
def test_row_31_every_answer_of_every_address_has_the_headers(
    world: World, ticket: Ticket, browsers: dict[str, Client], who: str
) -> None:
    paths = [address.path for address in addresses()]
    paths += [path.replace("00000000-0000-0000-0000-000000000001", str(ticket.public_id)) for path in paths]
    paths += ["/no/such/page/", "/static/app.css", "/static/no-such.css", "/metrics", *FOR_OTHER_SITES]
    assert len(paths) > 100
    for path in dict.fromkeys(paths):
        answer = browsers[who].get(path)
        assert answer.status_code < 500 or path == "/readyz", (path, answer.status_code)
        assert_headers(answer, path)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["head", "options", "post", "put", "delete"])
def test_refusals_have_them_too(method: str) -> None:
    for path in ("/", "/tickets/", "/healthz", "/accounts/login/"):
        assert_headers(getattr(Client(), method)(path), f"{method} {path}")
    assert_headers(Client().get("/", HTTP_HOST="evil.example"), "an unknown host")


def test_a_fault_has_them_too(world: World, signed_in: SignIn, settings) -> None:
    settings.ROOT_URLCONF = "tests.isolation.probes"
    answer = signed_in(world.agent, raise_request_exception=False).get("/probe/raises/")
    assert answer.status_code == 500
    assert_headers(answer, "a fault")


def test_each_page_has_a_nonce_of_its_own_and_every_script_carries_it(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    seen = set()
    for _ in range(3):
        answer = browser.get("/tickets/")
        match = NONCE.match(policy_of(answer)["script-src"])
        assert match
        assert match[1]
        tags = re.findall(r"<script[^>]*>", answer.content.decode())
        assert len(tags) == 5
        assert all(f'nonce="{match[1]}"' in tag for tag in tags)
        seen.add(match[1])
    assert len(seen) == 3


def test_only_the_outbox_may_use_a_mails_own_styles_and_no_scripts(world: World, signed_in: SignIn) -> None:
    found = policy_of(signed_in(world.admin).get("/settings/outbox/1/"))
    assert NONCE.match(found["script-src"])
    assert {name for name, sources in found.items() if "unsafe" in sources} <= {"style-src"}


def test_over_https_every_cookie_is_bound_to_this_host_and_hidden_from_scripts() -> None:
    code = (
        "from helpdesk import settings as s; from django.conf import settings;"
        "settings.configure(COOKIE_PREFIX=s.COOKIE_PREFIX);"
        "from helpdesk.web.messages import HostCookieStorage as m;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, m.cookie_name, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        "s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE)"
    )
    environment = {**os.environ, "HELPDESK_SITE_URL": "https://helpdesk.example.com"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=real_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    names = "__Host-sessionid __Host-csrftoken __Host-messages"
    assert done.stdout == f"{names} True True True True Lax Lax\n"
