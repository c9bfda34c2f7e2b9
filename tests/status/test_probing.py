"""Checks against a real local server that hangs, resets, redirects, answers slowly or with a bad certificate.

Rows 24 and 25 of docs/security.md: neither a redirect nor an address, however spelt, leads inside.
"""

import socket
import time

import pytest

from status.probing.addresses import http_place, tcp_place
from status.probing.checking import run_checks
from status.probing.guard import Guard, networks
from status.probing.shapes import HttpCheck, Outcome, Statuses, TcpCheck, Verdict, Why
from tests.status.answering import (
    HOST,
    NAME,
    answering,
    certified,
    dripping,
    hanging,
    late,
    resetting,
    says,
    serving,
    shouting,
    status,
)

UP, FAILED, REFUSED = Verdict.UP, Verdict.FAILED, Verdict.REFUSED
HERE = networks(["127.0.0.0/8"])
OPEN = Guard(HERE)


def named(*addresses: str, inside=HERE) -> Guard:
    """A guard whose names all lead to these addresses, the first for the first question, the last for ever."""
    left = list(addresses)

    async def resolve(host, port):
        return [left.pop(0) if len(left) > 1 else left[0]]

    return Guard(inside, resolve)


def told(wanted, *, guard=OPEN, tls=None) -> Outcome:
    (found,) = run_checks([wanted], guard=guard, tls=tls)
    assert found is not None
    return found


def seen(found: Outcome) -> tuple:
    return found.verdict, found.why, found.detail


def get(port: int, path: str = "/", *, scheme: str = "http", host: str = HOST, **more) -> HttpCheck:
    return HttpCheck(f"{scheme}://{host}:{port}{path}", **more)


def test_a_service_that_answers_as_expected_is_up():
    with serving(answering(says("all is well"))) as port:
        found = told(get(port, text="is well"))
    assert seen(found) == (UP, None, "")
    assert found.ms is not None
    assert found.ms < 5000


@pytest.mark.parametrize(
    ("answer", "more", "expected"),
    [
        (hanging, {"total_s": 0.3}, (FAILED, Why.SLOW, "0.3 s")),
        (dripping, {"total_s": 0.4}, (FAILED, Why.SLOW, "0.4 s")),
        (late, {"total_s": 0.1}, (FAILED, Why.SLOW, "0.1 s")),
        (late, {"total_s": 5.0}, (UP, None, "")),
        (resetting, {}, (FAILED, Why.BROKEN, "the connection was reset")),
        (answering(b"SSH-2.0-something\r\n\r\n"), {}, (FAILED, Why.BROKEN, "no HTTP answer")),
        (answering(b""), {}, (FAILED, Why.BROKEN, "no HTTP answer")),
        (answering(status(503)), {}, (FAILED, Why.STATUS, "503")),
        (answering(status(503)), {"statuses": Statuses.read("200-299, 503")}, (UP, None, "")),
        (answering(says("maintenance")), {"text": "welcome"}, (FAILED, Why.TEXT, "welcome")),
        (answering(says("x" * 300_000 + "welcome")), {"text": "welcome"}, (FAILED, Why.TEXT, "welcome")),
        (answering(status(302, "Location: http://169.254.169.254/")), {}, (REFUSED, Why.INSIDE, "169.254.169.254")),
        (answering(status(302, "Location: http://[::1]/")), {}, (REFUSED, Why.INSIDE, "::1")),
        (answering(status(302, "Location: file:///etc/passwd")), {}, (FAILED, Why.REDIRECT, "file:///etc/passwd")),
        (answering(status(302, "Location: http://[")), {}, (FAILED, Why.REDIRECT, "http://[")),
        (answering(status(302, "Location: /again")), {}, (FAILED, Why.REDIRECTS, "3")),
        (answering(status(302, "Location: /again")), {"statuses": Statuses.read("302")}, (UP, None, "")),
        (answering(status(302)), {}, (FAILED, Why.STATUS, "302")),
    ],
)  # fmt: skip
def test_what_a_server_does_and_what_it_counts_as(answer, more, expected):
    with serving(answer) as port:
        began = time.perf_counter()
        assert seen(told(get(port, **more))) == expected
    assert time.perf_counter() - began < 30


def test_a_redirect_to_another_server_is_followed():
    with serving(answering(says("well"))) as last:
        led_on = answering(status(301, f"Location: http://{HOST}:{last}/"))
        with serving(led_on) as first:
            assert seen(told(get(first, text="well"))) == (UP, None, "")


def test_nobody_listens():
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    assert seen(told(get(port)))[:2] == (FAILED, Why.NO_CONNECTION)
    assert seen(told(TcpCheck(HOST, port)))[:2] == (FAILED, Why.NO_CONNECTION)


def test_a_port_that_takes_connections_is_up_and_a_name_that_leads_nowhere_is_not():
    with serving(hanging) as port:
        assert seen(told(TcpCheck(HOST, port))) == (UP, None, "")
    assert seen(told(TcpCheck("no-such-host.invalid", 25)))[:2] == (FAILED, Why.NO_NAME)


def test_a_certificate_that_has_expired_is_of_another_or_of_nobody_known_is_a_failure(tmp_path):
    good, trusts_good = certified(tmp_path, NAME, days=30)
    over, trusts_over = certified(tmp_path, NAME, days=-1)
    guard = named(HOST)
    with serving(answering(says("well")), tls=good) as port:
        assert seen(told(get(port, scheme="https", host=NAME), guard=guard, tls=trusts_good)) == (UP, None, "")
        other = told(get(port, scheme="https", host="other.example"), guard=guard, tls=trusts_good)
        assert (seen(other)[:2], "other.example" in other.detail) == ((FAILED, Why.CERTIFICATE), True)
        assert seen(told(get(port, scheme="https", host=NAME), guard=guard))[:2] == (FAILED, Why.CERTIFICATE)
    with serving(answering(says("well")), tls=over) as port:
        found = told(get(port, scheme="https", host=NAME), guard=guard, tls=trusts_over)
        assert seen(found) == (FAILED, Why.CERTIFICATE, "expired")
    with serving(shouting) as port:
        assert seen(told(get(port, scheme="https", host=NAME), guard=guard))[:2] == (FAILED, Why.TLS)


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_looked_at():
    """The second question would be answered with an address inside: nobody asks it."""
    with serving(answering(says("well"))) as port:
        rebinding = named(HOST, "10.0.0.1")
        assert seen(told(get(port, host="rebind.example"), guard=rebinding)) == (UP, None, "")
        assert seen(told(get(port, host="rebind.example"), guard=rebinding)) == (
            REFUSED, Why.INSIDE, "rebind.example (10.0.0.1)",
        )  # fmt: skip


def test_one_address_inside_among_several_is_enough_to_refuse():
    async def both(host, port):
        return ["93.184.216.34", "192.168.1.1"]

    assert seen(told(TcpCheck("two.example", 80), guard=Guard((), both))) == (
        REFUSED, Why.INSIDE, "two.example (192.168.1.1)",
    )  # fmt: skip


INSIDE = """
127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 100.64.0.1 224.0.0.1
239.1.1.1 255.255.255.255 240.0.0.1 192.0.0.8 198.18.0.1 192.0.2.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1
fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::7f00:1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2002:a00:1::
2001:db8::1 fd00:ec2::254
"""


def test_addresses_inside_networks_are_not_asked_unless_allowed():
    guard = Guard()
    assert [one for one in INSIDE.split() if guard.allows(one)] == []
    assert [one for one in ("93.184.216.34", "8.8.8.8", "2606:4700:4700::1111") if not guard.allows(one)] == []
    allowed = Guard(networks(["10.0.0.0/8", "fd12::/16"]))
    meant = ["10.1.2.3", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
    assert [one for one in INSIDE.split() if allowed.allows(one)] == meant


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "[::1]"])
def test_other_spellings_of_this_machine_are_refused(host):
    assert told(HttpCheck(f"http://{host}:9/"), guard=Guard()).verdict is REFUSED


def test_many_checks_run_together_and_one_that_hangs_holds_up_no_other():
    with serving(late) as port, serving(hanging) as silent:
        began = time.perf_counter()
        found = run_checks([get(silent, total_s=1.0), *[get(port)] * 60], guard=OPEN)
        assert time.perf_counter() - began < 8
    assert [one.verdict for one in found] == [FAILED, *[UP] * 60]


@pytest.mark.parametrize(
    "typed",
    ["ftp://a.example/", "http:///x", "http://user:pass@a.example/", "http://a.example:0/", "http://a b.example/",
     "http://a.example/\r\nX: y", "a.example", "http://a.example\\@b.example/", "http://a.example:99999/"],
)  # fmt: skip
def test_what_is_no_http_address(typed):
    with pytest.raises(ValueError, match=r"."):
        http_place(typed)


def test_addresses_as_they_are_typed():
    place = http_place("https://Müller.example/a b?q=ö".replace("a b", "a%20b"))
    assert (place.host, place.port, place.header, place.target) == (
        "xn--mller-kva.example", 443, "xn--mller-kva.example", "/a%20b?q=%C3%B6",
    )  # fmt: skip
    assert http_place("http://[2001:db8::1]:81").header == "[2001:db8::1]:81"
    assert (tcp_place("mail.example:25"), tcp_place("[2001:db8::1]:25")) == (("mail.example", 25), ("2001:db8::1", 25))
    for typed in ("mail.example", ":25", "mail.example:25/x", "u@mail.example:25", "mail.example:x"):
        with pytest.raises(ValueError, match=r"."):
            tcp_place(typed)


@pytest.mark.parametrize("typed", ["", "20", "600", "299-200", "2xx", "200-", "²00"])
def test_what_are_no_status_codes(typed):
    with pytest.raises(ValueError, match=r"."):
        Statuses.read(typed)
