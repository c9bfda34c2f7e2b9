"""The Celery application: tasks are found in each app's `tasks.py`; the schedule is in settings."""

import os

from celery import Celery

from helpdesk.lib import loop, tasklog  # noqa: F401 - their signals: the second bell in every worker, and its logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
