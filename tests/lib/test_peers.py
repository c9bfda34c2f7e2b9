"""Row 34, one rule: the visitor's address is the nearest that no listed proxy has."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from helpdesk.lib.peers import client_address, comes_from_proxy, is_listed

PROXY, VISITOR = "172.30.240.2", "198.51.100.4"


def seen(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.fixture(autouse=True)
def _listed(settings):
    settings.TRUSTED_PROXIES = ["172.30.240.0/24", "10.1.1.1", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (VISITOR, "203.0.113.9", VISITOR),  # nobody that we know hands it over
        (PROXY, VISITOR, VISITOR),
        (PROXY, f"203.0.113.9, {VISITOR}", VISITOR),  # further left anybody may have written
        (PROXY, f"203.0.113.9, {VISITOR}, 10.1.1.1", VISITOR),  # two proxies
        (PROXY, "172.30.240.9, 10.1.1.1", "172.30.240.9"),  # nothing but proxies: the furthest
        (PROXY, None, PROXY),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, f"{VISITOR}, <script>", PROXY),
        (PROXY, "198.51.100.4:1234", PROXY),
        (PROXY, "2001:0DB9:0:0::1", "2001:db9::1"),
        ("2001:db8::5", VISITOR, VISITOR),
        ("::ffff:172.30.240.2", VISITOR, VISITOR),
        ("", VISITOR, ""),  # a Unix socket that is not listed
    ],
)
def test_the_visitors_address(peer, forwarded, found):
    assert seen(peer, forwarded) == found


def test_the_other_end_of_a_unix_socket_is_believed_where_it_is_listed(settings):
    settings.TRUSTED_PROXIES = ["unix"]
    assert seen("", f"203.0.113.9, {VISITOR}") == VISITOR


def test_without_a_list_nobody_is_believed(settings):
    settings.TRUSTED_PROXIES = []
    assert seen("127.0.0.1", VISITOR) == "127.0.0.1"
    assert not comes_from_proxy(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1"))


@pytest.mark.parametrize("wrong", ["1", "proxy", "10.0.0.1/8", "300.1.1.1"])
def test_what_is_no_network_is_refused_by_name(wrong):
    with pytest.raises(ImproperlyConfigured, match="Not an address or a network"):
        is_listed("10.0.0.1", [wrong])
