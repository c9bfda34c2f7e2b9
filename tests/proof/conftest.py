"""One seeded stage for all tests of the proof: every walk rolls back, so that they do not disturb each other."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from helpdesk.proof.proving import Stage, prove, stage
from helpdesk.proof.report import Report
from helpdesk.proof.routes import routes


@pytest.fixture(scope="package")
def ready(django_db_blocker) -> Iterator[Stage]:
    with django_db_blocker.unblock(), stage() as made:
        yield made


@pytest.fixture
def proof(ready):
    """`proof(names, fixtures)` walks the routes of these names, and no others."""

    def run(names: set[str], **options) -> Report:
        report = Report()
        wanted = [route for route in routes() if route.name in names]
        assert {route.name for route in wanted} == names
        prove(ready, wanted, report, **options)
        return report

    return run


@pytest.fixture(scope="package")
def leaks(ready) -> Report:
    """The report of a walk over five addresses that leak, and over one that has no fixture."""
    from tests.proof.leaks import FIXTURES, LEAKS

    report = Report()
    with override_settings(ROOT_URLCONF="tests.proof.leaks"):
        wanted = [route for route in routes() if route.name in LEAKS]
        prove(ready, wanted, report, fixtures=FIXTURES)
    return report
