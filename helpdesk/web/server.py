"""Settings of the production web server: `gunicorn --config python:helpdesk.web.server …`."""

import os
from pathlib import Path
from typing import Any

from helpdesk.lib.logs import configuration

# Requests that have been accepted are finished before a stopped process ends.
graceful_timeout = 30
logconfig_dict = configuration(as_json=True, level=os.environ.get("HELPDESK_LOG_LEVEL", "INFO"))


def on_starting(server: Any) -> None:  # noqa: ARG001 - the hook's signature
    """Forget the figures of an earlier run: the web processes of this one begin at zero."""
    folder = os.environ.get("HELPDESK_METRICS_DIR", "")
    if folder:
        for file in Path(folder).glob("*.db"):
            file.unlink()


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - as above
    """Read what the first request would else wait for."""
    from helpdesk.web.warming import warm  # noqa: PLC0415 - the settings of Django are not there before

    warm()
