"""A pytest plugin (`-p helpdesk.pytest_embedded`): throw-away servers for the session, gone with it.

It must be a plugin named in `addopts`: a conftest.py would come after pytest-django has read the settings.
"""

import os
from collections.abc import Generator, Sequence

import pytest

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.places import throw_away_folder
from helpdesk.embedded.servers import Servers
from helpdesk.embedded.session import servers_are_given

# These only tell something; no server is needed.
_ASKING = {"-h", "--help", "-V", "--version", "--markers", "--fixtures", "--collect-only", "--co"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: Sequence[str]) -> Generator[None, None, None]:
    """Start the servers and export their addresses before anything reads them; each xdist worker starts its own."""
    os.environ["HELPDESK_TEST"] = "1"
    try:
        if _wanted(early_config, args):
            servers = Servers(data=throw_away_folder(), durable=False, throw_away=True)
            early_config.add_cleanup(servers.stop)
            servers.start()
            os.environ.update(servers.environment)
    except EmbeddedError as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


def _wanted(config: pytest.Config, args: Sequence[str]) -> bool:
    if _ASKING.intersection(args):
        return False
    is_worker = bool(os.environ.get("PYTEST_XDIST_WORKER"))
    has_workers = bool(getattr(config.known_args_namespace, "numprocesses", None))
    return (is_worker or not has_workers) and not servers_are_given()
