"""Between a probe's row and the checker: what it asks, whom it may ask, and the words for what came of it."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from status.models import Probe, ProbeKind
from status.probing.addresses import tcp_place
from status.probing.guard import Guard, networks
from status.probing.shapes import Check, HttpCheck, Statuses, TcpCheck, Why

# Each with the detail that the checker noted.
WORDS = {
    Why.NO_NAME: gettext_lazy("The name %s leads nowhere."),
    Why.NO_CONNECTION: gettext_lazy("No connection: %s."),
    Why.CERTIFICATE: gettext_lazy("The certificate does not hold: %s."),
    Why.TLS: gettext_lazy("No secure connection: %s."),
    Why.BROKEN: gettext_lazy("It broke off: %s."),
    Why.SLOW_CONNECTION: gettext_lazy("No connection within %s."),
    Why.SLOW: gettext_lazy("No answer within %s."),
    Why.STATUS: gettext_lazy("It answered with status %s, which is not expected."),
    Why.TEXT: gettext_lazy("The answer does not hold “%s”."),
    Why.REDIRECTS: gettext_lazy("More than %s redirects."),
    Why.REDIRECT: gettext_lazy("It leads to what is no HTTP address: %s."),
    Why.INSIDE: gettext_lazy("Not asked: %s lies inside a network that probes may not reach."),
}


def guard() -> Guard:
    """Whom probes may ask: public addresses, and the networks of `HELPDESK_PROBE_INSIDE`."""
    return Guard(networks(settings.PROBE_INSIDE))


def check_of(probe: Probe) -> Check:
    """What a probe asks. Raises `ValueError` for an address or codes that are none."""
    if probe.kind == ProbeKind.TCP:
        host, port = tcp_place(probe.address)
        return TcpCheck(host, port, connect_s=probe.connect_timeout, total_s=probe.timeout)
    return HttpCheck(
        probe.address,
        statuses=Statuses.read(probe.statuses),
        text=probe.text,
        connect_s=probe.connect_timeout,
        total_s=probe.timeout,
    )


def words_for(why: str, detail: str) -> str:
    """Why a check was not up, in plain words; empty for what was as expected."""
    if not why:
        return ""
    return str(WORDS[Why(why)]) % (detail or _("no reason given"))
