"""The ASGI application of `/events/`, and of nothing else: the pages are served by `helpdesk.wsgi`."""

import os

import django
from django.db import connections

from helpdesk.lib.checks import refuse_unfit_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from helpdesk.events.app import Events  # noqa: E402 - it imports models, which need the registry

refuse_unfit_role()
connections.close_all()  # from here on only looks at sessions ask the database, in threads of their own
application = Events()
