"""The promise clock: who promised an update that has not come is told, once for each promise."""

import pytest

from helpdesk.accounts.operations import add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice
from status.models import Incident
from status.operations.promises import tell_overdue
from tests.support import colombo

pytestmark = pytest.mark.django_db
DUE, LATE = colombo("2026-11-16 10:30"), colombo("2026-11-16 10:31")


def mails():
    with system_scope("account mails"):
        return list(AccountNotice.objects.filter(event="update_overdue").order_by("pk"))


def test_the_owner_is_told_once_for_each_promise_and_not_before_it_is_late(world, tell, go_on):
    incident = tell("Secret of ACME", only=[world.acme], promise="2026-11-16 10:30")
    assert (tell_overdue(at=DUE), mails()) == (0, [])
    assert [tell_overdue(at=LATE), tell_overdue(at=LATE)] == [1, 0]
    (mail,) = mails()
    assert mail.recipient == "nimal@ravingcrm.example"
    assert f"/incidents/{incident.public_id}/" in mail.text
    assert "10:30" in mail.text
    assert "ACME" not in mail.subject + mail.text, "the title may be one organisation's own"
    go_on(incident, "identified", "2026-11-16 10:40", promise="2026-11-16 11:00")
    assert [tell_overdue(at=colombo("2026-11-16 11:01")), len(mails())] == [1, 2]


def test_without_an_owner_who_may_sign_in_the_administrators_are_told(world, tell):
    incident = tell(promise="2026-11-16 10:30")
    world.agent.user.is_active = False
    world.agent.user.save()
    assert tell_overdue(at=LATE) == 1
    assert [mail.recipient for mail in mails()] == ["indra@ravingcrm.example"]
    with system_scope("the mark"):
        assert Incident.objects.get(pk=incident.pk).overdue_told_at == DUE


def test_administrators_hear_nothing_of_an_incident_of_organisations_that_they_do_not_serve(world, tell):
    with system_scope("the test's staff"):
        add_staff(email="nadun@ravingcrm.example", name="Nadun", role="admin", serves=[world.globex], actor=SYSTEM)
    tell("Of ACME", only=[world.acme], promise="2026-11-16 10:30")
    tell("Of both", only=[world.acme, world.globex], promise="2026-11-16 10:30")
    world.agent.user.is_active = False
    world.agent.user.save()
    assert tell_overdue(at=LATE) == 2
    assert [mail.recipient for mail in mails()] == 2 * ["indra@ravingcrm.example"]
    tell("Of Globex", only=[world.globex], promise="2026-11-16 10:30")
    assert tell_overdue(at=LATE) == 1
    assert sorted(mail.recipient for mail in mails()[2:]) == ["indra@ravingcrm.example", "nadun@ravingcrm.example"]


def test_an_update_or_the_end_keeps_the_promise(tell, go_on):
    kept, over = tell(promise="2026-11-16 10:30"), tell(promise="2026-11-16 10:30")
    go_on(kept, "identified", "2026-11-16 10:29")
    go_on(over, "resolved", "2026-11-16 10:29")
    assert tell_overdue(at=LATE) == 0
