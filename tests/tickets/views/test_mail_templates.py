"""Every mail: its three parts, escaped, with the link, and deadlines in the recipient's own zone."""

import re

import pytest
from django.conf import settings

from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice

WITH_DEADLINES = {
    "acknowledgement",
    "new_ticket",
    "client_reply",
    "reopened",
    "assigned",
    "severity_changed",
    "confirmed",
}
OF_THE_LADDER = {"warning", "response_overdue", "target_missed", "limit_passed", "asked", "unacknowledged"}
OTHERS = {"mentioned", "reply", "waiting", "resolved", "withdrawn", "planned", "merged"}
EVERY = sorted(WITH_DEADLINES | OF_THE_LADDER | OTHERS)
FACTS = {
    "subject": "<b>x</b>",
    "severity": "P2",
    "severity_name": "P2 Major",
    "organisation": "Fish & Sons",
    "requester": "Alice",
    "opened_at": "2026-11-16T04:30:00+00:00",
    "level": 2,
    "response_due": "2026-11-18T04:30:00+00:00",
    "target_due": "2026-11-19T04:30:00+00:00",
    "limit_due": "2026-11-23T04:30:00+00:00",
    "provisional": True,
    "instant": "2026-11-18T04:30:00+00:00",
    "clock": "response",
    "reason": "Because <i>so</i>.",
    "message": "Hello <script>alert(1)</script>\nsecond line",
    "author": "Nimal",
    "before": "P3",
    "closes_at": "2026-11-24T04:30:00+00:00",
}


def mail(template, **more):
    facts = FACTS if template not in OF_THE_LADDER else {k: v for k, v in FACTS.items() if k != "message"}
    notice = Notice(
        template=template,
        event=template,
        recipient="malini@ravingcrm.example",
        recipient_name="Malini",
        role="Account manager of ACME",
        reason="Because <i>so</i>.",
        level=2,
        reference="ACME-142",
        path="/tickets/6d0f1f5e-0000-4000-8000-000000000000/",
        zone="Europe/Berlin",
        facts={**facts, **more},
    )
    return render_notice(notice)


@pytest.mark.parametrize("template", EVERY)
def test_a_mail_has_its_subject_its_link_and_is_escaped(template):
    rendered = mail(template)
    link = f"{settings.SITE_URL}/tickets/6d0f1f5e-0000-4000-8000-000000000000/"
    assert rendered.subject.removeprefix("Re: ").startswith("[ACME-142] ")
    assert "<b>x</b>" in rendered.subject, "a subject is plain text"
    assert link in rendered.text
    assert f'href="{link}"' in rendered.html
    assert "ACME-142: <b>x</b>" in rendered.text
    assert "<b>x</b>" not in rendered.html
    assert "&lt;b&gt;x&lt;/b&gt;" in rendered.html
    assert "<script" not in rendered.html
    assert "<i>" not in rendered.html
    assert "&lt;" not in rendered.text + rendered.subject
    assert "{" not in rendered.subject + rendered.text + rendered.html
    assert "Account manager of ACME" in rendered.text


@pytest.mark.parametrize("template", sorted(WITH_DEADLINES))
def test_deadlines_are_in_the_recipients_zone(template):
    rendered = mail(template)
    for body in (rendered.text, re.sub(r"<[^>]+>", "", rendered.html)):
        assert "First response due: Wed 18 Nov 2026, 05:30 (Berlin)" in body
        assert "Resolution target: Thu 19 Nov 2026, 05:30 (Berlin)" in body
        assert "Resolution limit: Mon 23 Nov 2026, 05:30 (Berlin)" in body
        assert "earliest" in body


@pytest.mark.parametrize("template", sorted(OF_THE_LADDER))
def test_a_mail_of_the_ladder_tells_the_instant_in_the_recipients_zone(template):
    rendered = mail(template)
    assert "Wed 18 Nov 2026, 05:30 (Berlin)" in rendered.text
    assert "Wed 18 Nov 2026, 05:30 (Berlin)" in rendered.html


@pytest.mark.parametrize("template", ["reply", "client_reply", "waiting", "resolved", "planned", "severity_changed"])
def test_a_message_is_quoted_whole(template):
    rendered = mail(template)
    assert "Hello <script>alert(1)</script>\nsecond line" in rendered.text
    assert "Hello &lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in rendered.html


def test_without_a_promise_a_mail_names_no_deadline():
    rendered = mail("acknowledgement", target_due="", limit_due="", response_due="", provisional=False)
    assert "due:" not in rendered.text
    assert "It has no resolution deadline" in rendered.text


def test_a_subject_of_several_lines_stays_one_header_line():
    assert "\n" not in mail("reply", subject="one\r\nBcc: all@example.com").subject
