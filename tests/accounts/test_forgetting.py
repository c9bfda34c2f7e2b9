"""What has run out is tidied away."""

from datetime import timedelta

import pytest

from helpdesk.accounts.models import PersonSession
from helpdesk.accounts.operations.access import forget_sessions
from helpdesk.lib.clock import database_now


@pytest.mark.django_db
def test_expired_sessions_go_and_live_ones_stay():
    now = database_now()
    PersonSession.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    PersonSession.objects.create(session_key="live", session_data="", expire_date=now + timedelta(seconds=1))
    assert forget_sessions(at=now) == 1
    assert list(PersonSession.objects.values_list("session_key", flat=True)) == ["live"]
