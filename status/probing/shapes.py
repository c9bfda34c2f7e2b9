"""What is asked, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

HTTPS_PORT, HTTP_PORT = 443, 80
LAST_PORT = 65_535


class Verdict(StrEnum):
    """Up, failed (also for want of an answer in time), or not asked because we refuse to."""

    UP = "up"
    FAILED = "failed"
    REFUSED = "refused"


class Why(StrEnum):
    """Why it was not up, in a word that is kept; `Outcome.detail` says what of."""

    NO_NAME = "no_name"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    TLS = "tls"
    BROKEN = "broken"
    SLOW_CONNECTION = "slow_connection"
    SLOW = "slow"
    STATUS = "status"
    TEXT = "text"
    REDIRECTS = "redirects"
    REDIRECT = "redirect"
    INSIDE = "inside"


class CheckFailed(Exception):
    """The service did not answer as it should."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why, detail)
        self.why, self.detail = why, detail


class AskingRefused(Exception):
    """We do not ask this address: it lies inside a network that probes may not reach."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True)
class Outcome:
    """What came of a check. `ms`: until the answer, or until it was known that there is none."""

    verdict: Verdict
    ms: int | None = None
    why: Why | None = None
    detail: str = ""


@dataclass(frozen=True)
class Statuses:
    """The status codes that are expected, as pairs of first and last."""

    ranges: tuple[tuple[int, int], ...] = ((200, 299),)

    @classmethod
    def read(cls, text: str) -> "Statuses":
        """`200-299, 401` as codes. Raises `ValueError` for anything else."""
        ranges = []
        for part in text.split(","):
            first, dash, last = (piece.strip() for piece in part.partition("-"))
            pair = (_code(first), _code(last if dash else first))
            if pair[0] > pair[1]:
                raise ValueError(f"{part.strip()} runs backwards")
            ranges.append(pair)
        return cls(tuple(ranges))

    def hold(self, status: int) -> bool:
        """Whether this code is expected."""
        return any(first <= status <= last for first, last in self.ranges)


def _code(text: str) -> int:
    if len(text) != len("200") or not (text.isascii() and text.isdecimal()) or not 100 <= int(text) <= 599:
        raise ValueError(f"{text!r} is no status code")
    return int(text)


@dataclass(frozen=True)
class HttpCheck:
    """GET this address; `text`: what the answer has to hold, where it is not empty."""

    url: str
    statuses: Statuses = Statuses()
    text: str = ""
    connect_s: float = 5.0
    total_s: float = 10.0


@dataclass(frozen=True)
class TcpCheck:
    """Connect to this host and port."""

    host: str
    port: int
    connect_s: float = 5.0
    total_s: float = 10.0


Check = HttpCheck | TcpCheck
