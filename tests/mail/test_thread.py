"""What a mail may belong to, in the order in which it counts."""

import pytest

from tests.mail.building import raw_mail
from tickets.mail.parse import parse_mail
from tickets.mail.shapes import Own
from tickets.mail.thread import base_subject, candidates, prefixes, references_in

OWN = Own(addresses=frozenset(["support@vendor.example"]), reply_domains=frozenset(["reply.vendor.example"]))


@pytest.mark.parametrize(
    ("subject", "kinds", "base"),
    [
        ("Printer", (), "Printer"),
        ("Re: AW: SV: Printer", ("reply", "reply", "reply"), "Printer"),
        ("RE : Re[2]: Re(3): Printer", ("reply", "reply", "reply"), "Printer"),
        ("Antw: Ynt: Odp: Vá: Отв: Printer", ("reply",) * 5, "Printer"),
        ("回复：答复: 답장: Printer", ("reply", "reply", "reply"), "Printer"),
        ("Fwd: WG: TR: Printer", ("forward", "forward", "forward"), "Printer"),
        ("[Fwd: Printer]", ("forward",), "Printer"),
        ("Re: [ACME-12] Re: Printer [ACME-12]", ("reply", "reply"), "Printer"),
        ("[ACME-12] Re: Printer", ("reply",), "Printer"),
        ("Regarding: the printer", (), "Regarding: the printer"),
        ("Reinstall: how?", (), "Reinstall: how?"),
        ("Re:", ("reply",), ""),
    ],
)
def test_prefixes_of_many_languages_are_taken_off_and_words_are_not(subject, kinds, base):
    assert (prefixes(subject)[0], base_subject(subject)) == (kinds, base)


def test_our_subject_is_the_same_however_often_it_went_to_and_fro():
    for came_back in ("[ACME-123] Fire", "AW: [ACME-123] Fire", "Re: [ACME-123] RE: Fire", "SV: Re: Fire [acme-123]"):
        assert (base_subject(came_back), references_in(came_back)) == ("Fire", ("ACME-123",))


def test_the_last_tag_is_the_likeliest():
    assert references_in("[globex-7] Re: Printer [ACME-12]") == ("ACME-12", "GLOBEX-7")
    assert references_in("[ACME-] [A-1] ACME-12 [12]") == ()


def test_candidates_are_told_in_their_order():
    raw = raw_mail(
        "Yes\r\n\r\n> ref:bodytoken2345\r\n",
        "To: Support <Support+ABCD2345token@vendor.example>, other@acme.example",
        "Cc: efgh2345token@REPLY.vendor.example, x+y@acme.example, support+short@vendor.example",
        "In-Reply-To: <m2@vendor.example>",
        "References: <m0@vendor.example> <m1@vendor.example> <m2@vendor.example>",
        "Subject: AW: Printer [ACME-12]",
        head="From: a@acme.example\r\n",
    )
    found = candidates(parse_mail(raw, rcpt_to=["envelopetoken77@reply.vendor.example"]), OWN)
    assert found.tokens == ("envelopetoken77", "abcd2345token", "efgh2345token")
    assert found.message_ids == ("m2@vendor.example", "m1@vendor.example", "m0@vendor.example")
    assert (found.body_tokens, found.references) == (("bodytoken2345",), ("ACME-12",))
    assert (found.base_subject, found.is_reply, found.is_forward) == ("Printer", True, False)


def test_a_forward_is_told_as_one_and_an_anchor_in_the_html_is_a_token():
    raw = raw_mail(
        '<div id="hd-quote-abcdefgh1234">x</div>', "Content-Type: text/html", "Subject: WG: Printer", head=""
    )
    found = candidates(parse_mail(raw), OWN)
    assert (found.is_forward, found.is_reply, found.body_tokens) == (True, False, ("abcdefgh1234",))
