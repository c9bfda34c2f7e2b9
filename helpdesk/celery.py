"""The Celery application: tasks are found in each app's `tasks.py`; the schedule is in settings."""

import os
import warnings

from celery import Celery
from django.conf import settings

from helpdesk.lib import loop, tasklog  # noqa: F401 - their signals: the second bell in every worker, and its logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

if settings.LOCAL:
    # The demo may be tried as root in a throw-away container; in production the warning is deserved.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
