"""The built image on this machine: its services as processes, with production's settings."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.platform.image import command_of, environment_of

PATIENCE = 60
VISITOR = {"Host": "helpdesk.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.4"}


class Page(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def urls_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The addresses of servers, as `environment_of` takes them."""
    return {
        "app_url": environment["DATABASE_URL"],
        "owner_url": environment["DATABASE_OWNER_URL"],
        "redis_url": environment["REDIS_URL"],
    }


class Machine:
    """The built image, the addresses of its servers with a database of both roles, and what each service has said."""

    def __init__(self, folder: Path, urls: dict[str, str], app: Path) -> None:
        self.folder, self.urls, self.app = folder, urls, app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def environment(self, service: str) -> dict[str, str]:
        return environment_of(service, **self.urls, files=self.folder) | {
            "HELPDESK_TRUSTED_PROXIES": "127.0.0.1",
            "HELPDESK_METRICS_TOKEN": "monitor-token",
            "HELPDESK_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "HELPDESK_MAIL_FOLDER": str(self.folder / "mails"),
            "HELPDESK_SWEEP_SECONDS": "1",
        }

    def moved(self, text: str) -> str:
        """A command's word with the free port, and with this test's folder for the container's /tmp."""
        named = re.sub(r"0\.0\.0\.0:800[01]", f"127.0.0.1:{self.port}", text)
        named = re.sub(r'"127\.0\.0\.1", 800[01]', f'"127.0.0.1", {self.port}', named)
        return named.replace("/tmp/celerybeat", f"{self.folder}/celerybeat")

    def command(self, service: str) -> list[str]:
        return [self.moved(word) for word in command_of(service)]

    def log(self, service: str) -> list[str]:
        """All that it has written, by lines."""
        return (self.folder / f"{service}.log").read_text().splitlines()

    def said(self, service: str) -> str:
        """The end of what it has written."""
        return "\n".join(self.log(service))[-3000:]

    @contextmanager
    def running(self, service: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command(service), cwd=self.app, env=self.environment(service) | more, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def get(self, path: str, **headers: str) -> "Page":
        """The answer of the web service to its proxy."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers=VISITOR | headers)
            answer = connection.getresponse()
            return Page(answer.status, dict(answer.getheaders()), answer.read().decode())


def until(condition: Callable[[], object], why: Callable[[], str]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError):
            if condition():
                return
        time.sleep(0.1)
    raise AssertionError(why())
