"""The container image and its services without a container: the Dockerfile's files, the Compose file's commands."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
FILLED_IN = {
    "HELPDESK_SECRET_KEY": "Zq3-" + "k7Wd_9fXcV2bNm4L" * 4,
    "HELPDESK_SITE_URL": "https://helpdesk.example.com",
    "HELPDESK_ALLOWED_HOSTS": "helpdesk.example.com",
    "POSTGRES_PASSWORD": "one",
    "HELPDESK_OWNER_PASSWORD": "two",
    "HELPDESK_APP_PASSWORD": "three",
    "HELPDESK_VENDOR_DOMAIN": "vendor.example",
}
OURS = ("HELPDESK_", "DATABASE_", "REDIS_", "PYTEST_", "DJANGO_")


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """The text with `${NAME:-default}` and `${NAME:?fault}` filled in, as Compose does; a default may hold another."""
    while found := re.search(r"\$\{(\w+)(?::([-?])([^${}]*))?\}", text):
        name, kind, more = found.groups()
        assert kind == "-" or values.get(name), f"{name} is not set: {more}"
        text = text.replace(found[0], values.get(name) or more or "")
    return text


def build(folder: Path) -> Path:
    """Copy what the Dockerfile copies and run its own command on it; returns the folder of the app."""
    forget_bytecode(folder.parents[1])
    app = folder / "app"
    app.mkdir()
    for source, _ in re.findall(r"^COPY ([\w.]+) (\./\S*)$", DOCKERFILE, re.MULTILINE):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / source, app)
    command = re.search(r"^RUN (HELPDESK_SECRET_KEY.*?[^\\])\n(?! )", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert command, "the Dockerfile collects the static files"
    subprocess.run(["sh", "-c", command[1].replace("\\\n", "")], cwd=app, env=plain_environment(), check=True)
    return app


def forget_bytecode(place: Path) -> None:
    """Remove the byte code of what earlier runs kept below a folder, where it does not lie beside the sources."""
    if kept := os.environ.get("PYTHONPYCACHEPREFIX"):
        shutil.rmtree(Path(kept) / place.relative_to("/"), ignore_errors=True)


def plain_environment() -> dict[str, str]:
    """This process's environment without the tests' own settings; `python` is the one that runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}


def environment_of(service: str, *, app_url: str, owner_url: str, redis_url: str, files: Path) -> dict[str, str]:
    """What Compose would give the service, with the addresses of these servers and folders for its volumes."""
    values = {**FILLED_IN, "DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url, "REDIS_URL": redis_url}
    given = {name: interpolated(str(text), values) for name, text in SERVICES[service]["environment"].items()}
    wanted = {**plain_environment(), **FILLED_IN, **given}
    for name in ("HELPDESK_METRICS_DIR", "HELPDESK_FILES", "HELPDESK_INCOMING", "HELPDESK_STATUS_FOLDER"):
        if name in wanted:
            folder = files / Path(wanted[name]).name
            folder.mkdir(parents=True, exist_ok=True)
            wanted[name] = str(folder)
    return wanted


def command_of(service: str) -> list[str]:
    """The service's own command; without one, the image's."""
    if command := SERVICES[service].get("command"):
        return [interpolated(part, FILLED_IN) for part in command]
    found = re.search(r"^CMD (\[.*?\])", DOCKERFILE, re.MULTILINE | re.DOTALL)
    assert found
    return json.loads(found[1].replace("\\\n", ""))


def socket_url(role: str, database: str, host: str) -> str:
    """The address of a database over a socket folder."""
    return f"postgresql://{role}@/{database}?host={quote(host, safe='')}"
