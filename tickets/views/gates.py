"""What machines' doors have in common: no session, a bounded body, and an answer that says whether to come again."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpdesk.lib.peers import client_address
from helpdesk.lib.rates import hit

logger = logging.getLogger(__name__)
RETRY_AFTER_S = 60
STRANGERS = (401, 403)
AT_ONCE = 2**20  # bytes that are read and thrown away at a time
View = Callable[..., HttpResponse]


class Refused(Exception):
    """What the door does not take, with the status that says why."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


def gate(view: View) -> View:
    """A door for machines: POST, whoever asks shows a signature or a secret to the view itself.

    `helpdesk.web.middleware.GateMiddleware` hands requests to it before sessions and the request's transaction. A
    database that is away, or refuses, is answered with 503: never with success, nor with what ends a sender's tries.
    """

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.method == "HEAD":
            return said(200, "")  # some look whether there is a door before they post to it
        try:
            return _asked(view, request, **kwargs)
        except TooOften as often:
            return _later(429, str(often), often.seconds)
        except UnreadablePostError:
            return said(400, "the request ended before its body did")
        except Error:
            logger.exception("what came could not be stored")
            return _later(503, "not taken in now, bring it again", RETRY_AFTER_S)

    found: View = csrf_exempt(login_not_required(never_cache(require_http_methods(["HEAD", "POST"])(answer))))
    return found


class TooOften(Exception):
    """An address has asked too often; `seconds` until it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many posts from one address, come again in {seconds} seconds")
        self.seconds = seconds


def _count(rate: str, *names: str) -> None:
    """Count a post under these names. Raises `TooOften` when there were too many."""
    standing = hit(rate, "mail", *names)
    if not standing.allowed:
        raise TooOften(standing.seconds)


def _asked(view: View, request: HttpRequest, **kwargs: str) -> HttpResponse:
    """The view's answer, or its refusal, where the address that asks may ask. Raises `TooOften`."""
    address = client_address(request) or "unknown"
    _count(settings.MAIL_IN_RATE, address)
    try:
        return view(request, **kwargs)
    except Refused as refusal:
        return _refusal(refusal, address)


def _refusal(refusal: Refused, address: str) -> HttpResponse:
    """The answer to what is not taken; whoever guesses is soon told to wait instead."""
    if refusal.status in STRANGERS:
        _count(settings.MAIL_REFUSED_RATE, "refused", address)
    answer = said(refusal.status, refusal.said)
    if refusal.status == 401:  # some show their secret only to whoever asks for it
        answer.headers["WWW-Authenticate"] = 'Basic realm="mail", charset="UTF-8"'
    return answer


def _later(status: int, words: str, seconds: int) -> HttpResponse:
    """Not now: whoever brings mail keeps it and comes again."""
    answer = said(status, words)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def said(status: int, words: str) -> HttpResponse:
    """A short answer for whoever reads the log of the machine that asked."""
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


def read_body(request: HttpRequest, *, most: int) -> bytes:
    """The request's body, of at most `most` bytes, whatever forms are held to. Raises `Refused` (411, 413).

    Called once the asker is known: what is too large is read to its end and forgotten, or a connection that is closed
    on a sender who is still sending would hide the answer.
    """
    size = request.META.get("CONTENT_LENGTH") or ""
    if not size.isdigit() or int(size) == 0:
        raise Refused(411, "there is no body, or its Content-Length is not told")
    if int(size) > most:
        for _ in range(0, min(int(size), 3 * most), AT_ONCE):
            request.read(AT_ONCE)
        raise Refused(413, f"more than {most} bytes")
    return request.read(int(size))
