"""Bodies made to cost much: what is read and what is answered stay small."""

import json

import pytest
from django.conf import settings
from django.test import Client

from helpdesk.api.parsing import DEEPEST, NO_JSON, TOO_DEEP, UNSTORABLE
from helpdesk.api.serializers.types import MOST_FAULTS
from tests.api.conftest import ROOT, Caller, problem, token_for


def sent(who: Caller, raw: str):
    return who.client.generic("POST", f"{ROOT}/tickets/", raw, content_type="application/json", headers=who.headers)


def nested(depth: int) -> str:
    """An object whose subject is lists inside each other: so many levels in all."""
    return '{"subject":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


@pytest.mark.parametrize(
    ("depth", "wanted"),
    [
        (DEEPEST, (422, "invalid")),
        (DEEPEST + 1, (400, "malformed")),
        (700, (400, "malformed")),
        (850, (400, "malformed")),
        (100_000, (400, "malformed")),
    ],
)
def test_a_body_may_be_fifty_deep(world, depth, wanted):
    answer = sent(Caller(token_for(world.alice)), nested(depth))
    assert problem(answer) == wanted
    assert (answer.json()["detail"] == TOO_DEEP) is (wanted[0] == 400)


def test_a_body_that_is_no_json_is_told_so(world):
    assert sent(Caller(token_for(world.alice)), "{").json()["detail"] == NO_JSON


def test_many_objects_beside_each_other_are_not_deep(world):
    answer = sent(Caller(token_for(world.alice)), json.dumps({"attachments": [{}] * 200}))
    assert problem(answer) == (422, "invalid")


def test_an_unstorable_text_is_named_by_its_path_only_when_it_is_one(world):
    alice = Caller(token_for(world.alice))
    told = sent(alice, r'{"subject": "a\u0041", "steps": [["x", "\u0000"]], "since": {"a": {"b": "\ud800"}}}').json()
    assert told["errors"] == [
        {"field": "steps.0.1", "message": UNSTORABLE},
        {"field": "since.a.b", "message": UNSTORABLE},
    ]


def test_a_long_name_over_a_long_list_costs_no_more_than_its_length(world):
    """A path for each of 200,000 items below a name of 600,000 characters would be 120 billion characters."""
    raw = json.dumps({"k" * 600_000: [0] * 200_000 + ["\x00"] * 1_000})
    answer = sent(Caller(token_for(world.alice)), raw)
    assert problem(answer) == (422, "invalid")
    assert len(answer.json()["errors"]) == MOST_FAULTS


@pytest.mark.parametrize(
    "body",
    [
        {f"{n:06d}": 0 for n in range(100_000)},
        {"attachments": ["x"] * 10},
        {"attachments": [0] * 100_000},
        {"attachments": ["x"] * 100_000},
    ],
    ids=["names", "a few", "numbers", "texts"],
)
def test_a_refusal_does_not_grow_with_what_was_sent(world, body):
    answer = sent(Caller(token_for(world.alice)), json.dumps(body))
    assert problem(answer) == (422, "invalid")
    assert 1 <= len(answer.json()["errors"]) <= MOST_FAULTS


KINDS = {400: "malformed", 415: "unsupported-media-type", 422: "invalid"}
FORMS = [
    ("multipart/form-data", b"x", 400),
    ("multipart/form-data; boundary=a", b"garbage", 422),
    ("multipart/form-data; boundary=a; charset=none-such", b"--a--", 422),
    ("application/x-www-form-urlencoded; charset=latin-1", b"a=b", 400),
    ("application/x-www-form-urlencoded", b"a=b", 415),
]


@pytest.mark.parametrize(("kind", "raw", "status"), FORMS, ids=[kind for kind, _, _ in FORMS])
def test_a_form_that_cannot_be_read_is_refused_to_a_browser_too(world, kind, raw, status):
    """The check of the CSRF token reads the form before any view does."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.alice, backend="helpdesk.accounts.backends.PersonBackend")
    browser.cookies[settings.CSRF_COOKIE_NAME] = token = "a" * 32
    answer = browser.generic("POST", f"{ROOT}/tickets/", raw, content_type=kind, headers={"X-CSRFToken": token})
    assert problem(answer) == (status, KINDS[status])
