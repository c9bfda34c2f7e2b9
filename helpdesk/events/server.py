"""Settings of the server of `/events/`: `gunicorn --config python:helpdesk.events.server helpdesk.asgi:application`."""

import os

from helpdesk.lib.logs import configuration

worker_class = "asgi"
workers = 1  # one process holds all streams, over one subscription
# A stream never finishes: when the process is stopped the pages are let go, and come back by themselves.
graceful_timeout = 1
logconfig_dict = configuration(as_json=True, level=os.environ.get("HELPDESK_LOG_LEVEL", "INFO"))
