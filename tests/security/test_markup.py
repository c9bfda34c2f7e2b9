"""Rows 32, 34, 35 and 50: what people typed, staff too, is text on every page and in every mail."""

import re

import pytest
from django.test import Client

from helpdesk.accounts.models import Organisation, User
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from sla.models import Calendar, Holiday
from tests.conftest import World
from tests.security.conftest import faults_of, make_ticket
from tests.support import LONG
from tests.web.addresses import addresses

# Several tricks in each, as fields are few and short: one that works anywhere is found.
CORPUS = (
    """"><x-canary onload=alert(1)>'><svg/onload=alert(1)></textarea><x-canary></title><x-canary>--><x-canary>""",
    "<script>alert(1)</script><img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a><x-canary",
    'javascript:alert(1)//http://x"style="x jav\tascript:x &lt;x-canary&gt; <base href=//evil.example>',
    "{{1379*2467}}{% debug %}${1379*2467}<x-canary ＜x-canary＞<object data=//evil.example><embed src=x>",
)
MARK = "x-canary"
LOOKING = ("alice", "agent", "admin")


FIELDS = {
    Organisation: ["name"],
    User: ["name"],
    Holiday: ["name"],
    Calendar: ["name"],
    Notice: ["reason", "role", "recipient_name", "last_error"],
}


def spread(world: World, text: str) -> list[str]:
    """Put the text into every stored field that some page or mail shows; returns the addresses to look at."""
    ticket = make_ticket(world, text)
    with system_scope("the text in the admins' fields"):
        for model, names in FIELDS.items():
            model.objects.update(**{name: text[: model._meta.get_field(name).max_length] for name in names})
        number = Notice.objects.order_by("id").first()
    paths = [address.path for address in addresses() if "made-up" not in address.path]
    shown = {path.replace("00000000-0000-0000-0000-000000000001", str(ticket.public_id)) for path in paths}
    person = [f"/settings/people/{user.pk}/" for user in (world.alice, world.agent.user)]
    return [*sorted(shown), f"/settings/outbox/{number.pk}/", *person, f"/tickets/?q={text[:20]}"]


@pytest.mark.parametrize("text", CORPUS)
def test_rows_32_and_35_no_page_of_any_role_takes_a_text_for_markup(
    world: World, browsers: dict[str, Client], text: str
) -> None:
    place = CORPUS.index(text)
    looking = LOOKING if LONG or not place else LOOKING[place - 1 : place]  # in the short run by turns
    seen = 0
    for path in spread(world, text):
        for who in looking:
            answer = browsers[who].get(path)
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            page = answer.content.decode()
            assert faults_of(page) == [], (who, path)
            assert "3401993" not in page, (who, path)  # the product, which no page tells by chance
            seen += page.count(MARK)
    assert seen > 10, "the text is shown, as text"


@pytest.mark.parametrize("text", CORPUS)
def test_rows_32_and_34_no_mail_takes_a_text_for_markup(world: World, text: str) -> None:
    spread(world, text)
    with system_scope("every mail that this caused"):
        mails = [render_notice(notice) for notice in Notice.objects.all()]
    assert len(mails) >= 3
    for mail in mails:
        assert [fault for fault in faults_of(mail.html) if not fault.endswith(" style")] == []
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject


def test_the_oracle_finds_each_kind_of_mistake() -> None:
    for text in (*CORPUS[:2], CORPUS[2], CORPUS[3]):
        assert faults_of(f'<p title="">{text}></p>') != [], text
    assert faults_of("<a href='javascript:alert(1)'>x</a>") == ["a href=javascript:alert(1)"]
    assert faults_of('<p style="x" onclick=y>') == ["p style", "p onclick"]
    assert faults_of('<script nonce="x"></script><a href="/tickets/">x</a>') == []


def test_row_50_a_mail_is_previewed_in_a_frame_without_any_right(world: World, browsers: dict[str, Client]) -> None:
    *_, path = [path for path in spread(world, CORPUS[0]) if re.fullmatch(r"/settings/outbox/\d+/", path)]
    page = browsers["admin"].get(path).content.decode()
    [frame] = re.findall(r"<iframe[^>]*>", page)
    assert re.search(r'\ssandbox(="")?\s', frame)
    assert "<x-canary" not in page
