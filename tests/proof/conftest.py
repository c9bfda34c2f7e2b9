"""One seeded stage for all tests of the proof: every walk rolls back, so that they do not disturb each other."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import override_settings

from helpdesk.proof.aims import Visitor
from helpdesk.proof.proving import Stage, prove, stage
from helpdesk.proof.report import Report
from helpdesk.proof.routes import routes
from helpdesk.proof.scratch import forget_raw_cache


@pytest.fixture(scope="module")
def ready(migrated, django_db_blocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), stage(copy_of=migrated) as made:
        yield made


@pytest.fixture(scope="module")
def proof(ready):
    """`proof(names, fixtures)` walks the routes of these names, and no others."""

    def run(names: set[str], **options) -> Report:
        report = Report()
        wanted = [route for route in routes() if route.name in names]
        assert {route.name for route in wanted} == names
        few = replace(ready, visitors=of_roles(ready.visitors), victims=of_roles(ready.victims))
        prove(few, wanted, report, **options)
        return report

    return run


@pytest.fixture(scope="module")
def sound(proof) -> Report:
    """The report of a walk over a page and a change of the product's own."""
    return proof({"tickets:detail", "tickets:acknowledgement"})


def of_roles(visitors: list[Visitor]) -> list[Visitor]:
    """A stranger, a client and somebody of the staff: enough to meet a leak."""
    return [visitor for visitor in visitors if visitor.role in ("anonymous", "client", "agent")]


@pytest.fixture(scope="module")
def leaks(ready) -> Report:
    """The report of a walk over five addresses that leak, and over one that has no fixture."""
    from tests.proof.leaks import FIXTURES, LEAKS

    report = Report()
    with override_settings(ROOT_URLCONF="tests.proof.leaks"):
        wanted = [route for route in routes() if route.name in LEAKS]
        few = replace(ready, visitors=of_roles(ready.visitors), victims=of_roles(ready.victims))
        prove(few, wanted, report, fixtures=FIXTURES)
    forget_raw_cache()
    return report
