"""Answers in twenty-four languages, as five programs lay them out: the client's words, all of them and nothing else."""

import pytest

from tests.mail.languages import LANGUAGES
from tests.mail.programs import PROGRAMS, forwarded
from tickets.mail.parse import parse_mail
from tickets.mail.reply import extract_reply
from tickets.mail.shapes import Address, ReplyKind


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reply_is_the_clients_words_and_nothing_else(language, program):
    words = LANGUAGES[language]
    mail = parse_mail(PROGRAMS[program](words))
    reply = extract_reply(mail)
    assert mail.defects == ()
    assert (reply.kind, reply.visible) == (ReplyKind.CUT, words.own)
    assert words.old.split("\n")[0] in reply.folded


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forward_is_kept_whole_and_proposes_the_original_sender(language):
    mail = parse_mail(forwarded(LANGUAGES[language]))
    reply = extract_reply(mail)
    assert (reply.kind, reply.visible) == (ReplyKind.FORWARD, mail.text)
    assert reply.forwarded is not None
    assert (reply.forwarded.sender, reply.forwarded.subject) == (Address("Bert Berg", "bert@other.example"), "Broken")
    assert reply.forwarded.text == LANGUAGES[language].old
