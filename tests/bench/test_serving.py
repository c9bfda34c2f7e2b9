"""The benches serve the product as production does, and count what was lost."""

import pytest

from bench import serving
from bench.database import address
from bench.report import BenchError, quantile
from bench.submit import missing
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from helpdesk.settings import DATABASE_URL, database
from tests.support import actor_of, colombo
from tickets.operations.intake import open_ticket


def test_the_server_is_started_by_the_images_own_command_at_our_port():
    argv = serving.command(8123)
    assert argv[1:4] == ["-m", "gunicorn", "helpdesk.wsgi:application"]
    assert argv[argv.index("--bind") + 1] == "127.0.0.1:8123"
    assert {"--workers", "--threads", "--worker-class"} <= set(argv), (
        "the options that decide the figures are the image's"
    )


def test_a_dockerfile_without_that_command_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "BASE", tmp_path)
    (tmp_path / "Dockerfile").write_text('CMD ["uvicorn", "x"]\n')
    with pytest.raises(BenchError, match="not `gunicorn"):
        serving.command(1)


def test_the_address_of_a_benchs_database_differs_in_its_name_only():
    assert database(address("other")) == {**database(DATABASE_URL), "NAME": "other"}


@pytest.mark.parametrize(("share", "expected"), [(0.5, 5), (0.95, 10), (0.05, 1), (1, 10)])
def test_a_quantile_is_a_measured_value(share, expected):
    assert quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_a_quantile_of_nothing_is_refused():
    with pytest.raises(BenchError, match="nothing was measured"):
        quantile([], 0.5)


def test_an_acknowledged_ticket_counts_as_lost_unless_all_that_belongs_to_it_is_there(world):
    with system_scope("tests look at everything"):
        texts = {"subject": "s", "description": "d", "severity": "P2", "at": colombo("2026-11-16 10:00")}
        people = {"organisation": world.acme, "requester": world.alice, "actor": actor_of(world.alice)}
        whole, untold = (open_ticket(**people, **texts) for _ in range(2))
        unknown = "/tickets/00000000-0000-4000-8000-000000000000/"
        assert missing([whole.path, untold.path]) == 0
        assert missing([whole.path, whole.path]) == 1, "two acknowledgements of one ticket are one ticket"
        assert missing([whole.path, unknown]) == 1
        Notice.objects.filter(path=untold.path).delete()
        assert missing([whole.path, untold.path]) == 1
