"""Rows inserted in groups are the rows that would have been inserted one by one."""

import pytest

from helpdesk.lib.rows import Group, insert_groups, insert_rows
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from tests.support import colombo

AT = colombo("2026-11-16 10:00")


@pytest.fixture
def everything():
    with system_scope("tests look at everything"):
        yield


def shared(organisation, *, reference):
    return {
        "organisation_id": organisation.pk,
        "event": "warning",
        "reference": reference,
        "path": "/x/",
        "template": "warning",
        "created_at": AT,
        "next_at": AT,
        "level": None,
        "facts": {"subject": 'Grüße, "quoted" and \' too', "level": 2},
    }


def own(name):
    return {"key": f"key:{name}", "recipient": f"{name}@example.test", "recipient_name": name}


def stored():
    unlike = {"id", "message_id"}
    return [{k: v for k, v in row.items() if k not in unlike} for row in Notice.objects.order_by("key").values()]


def test_groups_write_what_single_rows_write(world, everything):
    first, second = shared(world.acme, reference="ACME-1"), shared(world.globex, reference="GLOBEX-1")
    groups = [Group(first, [own("a"), own("b")]), Group(second, []), Group(second, [own("c")])]
    insert_rows(Notice, [{**group.shared, **row} for group in groups for row in group.rows])
    one_by_one = stored()
    Notice.objects.all().delete()
    insert_groups(Notice, groups)
    assert stored() == one_by_one
    assert [(row["reference"], row["level"], row["attempts"], row["sent_at"]) for row in one_by_one] == [
        ("ACME-1", None, 0, None),
        ("ACME-1", None, 0, None),
        ("GLOBEX-1", None, 0, None),
    ]
    assert Notice.objects.values_list("message_id", flat=True).distinct().count() == 3, "a default is made for each row"


def test_a_row_that_exists_is_left_out_when_asked(world, everything):
    said = shared(world.acme, reference="ACME-1")
    insert_groups(Notice, [Group(said, [own("a")])])
    insert_groups(Notice, [Group(said, [own("a"), own("b")])], ignore_conflicts=True)
    assert [row["key"] for row in stored()] == ["key:a", "key:b"]


def test_nothing_to_insert_asks_the_database_nothing(world, everything, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_groups(Notice, [])
        insert_groups(Notice, [Group(shared(world.acme, reference="ACME-1"), [])])
        insert_rows(Notice, [])
