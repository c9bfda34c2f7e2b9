"""TXT records of the domain name system, within seconds or not at all."""

from functools import lru_cache

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from django.conf import settings

TRY_S, WHOLE_S = 2.0, 5.0
OFF = ["off"]


class DnsAway(Exception):
    """No name server has answered: nothing is known of the name."""


def txt_records(name: str) -> frozenset[str]:
    """The texts published under this name; none where there is no such name or no such record.

    Asks the machine's name servers, or those of `HELPDESK_DNS_SERVERS`, for at most five seconds. Raises `DnsAway`
    when none of them answers, or they say that they cannot.
    """
    if settings.DNS_SERVERS == OFF:
        raise DnsAway("look-ups are switched off")
    try:
        found = _resolver(tuple(settings.DNS_SERVERS)).resolve(dns.name.from_text(name), "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
        return frozenset()
    except (dns.exception.DNSException, OSError) as error:
        raise DnsAway(str(error)) from error
    return frozenset(b"".join(row.strings).decode("utf-8", "replace").strip() for row in found)


@lru_cache(maxsize=4)
def _resolver(servers: tuple[str, ...]) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=not servers)
    made.timeout, made.lifetime = TRY_S, WHOLE_S
    if servers:
        made.nameservers = [_server(one) for one in servers]
    return made


def _server(text: str) -> dns.nameserver.Nameserver:
    """`192.0.2.1` or `192.0.2.1:5353`; an IPv6 address has no port here."""
    host, colon, port = text.partition(":")
    if not colon or ":" in port:
        return dns.nameserver.Do53Nameserver(text)
    return dns.nameserver.Do53Nameserver(host, int(port))
