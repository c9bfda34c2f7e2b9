"""A web process has read what its first request needs before it takes it, and asks no server for that."""

import os
import subprocess
import sys

LOOK = """
import django, sys
django.setup()
from django.urls import get_resolver
assert "status.views.banner" not in sys.modules
from helpdesk.web.server import post_worker_init
post_worker_init(None)
assert "status.views.banner" in sys.modules and "helpdesk.api.urls" in sys.modules
assert get_resolver()._populated
from django.db import connection
assert connection.connection is None
"""


def test_views_are_imported_before_the_first_request_without_any_server():
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings", "HELPDESK_TEST": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env={**os.environ, **nowhere}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
