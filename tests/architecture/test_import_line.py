"""The import line of the house, and the one inside each app."""

import sys
from collections.abc import Iterator, Mapping

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import ROOT, imports, product_files, tree_of

# Inside an app the left never imports the right, not even through another module.
INSIDE = ("models", "querysets", "queries", "operations", "forms", "faces")
FACES = {"views", "urls", "management", "tasks", "middleware", "decorators", "adapter", "backends", "apps"}
IMPURE = {"asyncio", "os", "pathlib", "random", "socket", "sqlite3", "subprocess", "threading", "time", "urllib"}
PURE = sys.stdlib_module_names - IMPURE


def test_the_contracts_of_the_import_line_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    # It would disable every logger of this process that exists already, and later tests would hear nothing.
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda _verbose: None)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True) == 0


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def app_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "helpdesk" else parts[0]


def layer_of(module: str) -> int | None:
    """The rank of a module inside its app; None for one that only serves others."""
    inner = module.removeprefix(app_of(module)).lstrip(".").split(".")[0]
    if inner in FACES:
        return INSIDE.index("faces")
    return INSIDE.index(inner) if inner in INSIDE else None


def graph() -> dict[str, set[str]]:
    """Which module imports which, inside the same app; imports inside functions count."""
    known = {module_of(file): file for file in product_files()}
    return {
        module: {
            target
            for name in imports(tree_of(file))
            for target in (name, name.rpartition(".")[0])
            if target in known and app_of(target) == app_of(module) and target != module
        }
        for module, file in known.items()
    }


def reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """Every module that a module imports, directly or through others."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in edges.get(waiting.pop(), set()) - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def faults(edges: Mapping[str, set[str]]) -> Iterator[str]:
    for module in edges:
        mine = layer_of(module)
        if mine is None:
            continue
        for target in reached(module, edges):
            theirs = layer_of(target)
            if theirs is not None and theirs > mine:
                yield f"{module} ({INSIDE[mine]}) imports {target} ({INSIDE[theirs]})"


def test_inside_an_app_no_lower_layer_imports_a_higher_one():
    assert sorted(faults(graph())) == []


def test_this_guard_sees_an_import_that_goes_through_a_helper():
    edges = {"tickets.queries": {"tickets.helper"}, "tickets.helper": {"tickets.operations.work"}}
    edges["tickets.operations.work"] = {"tickets.models"}
    assert list(faults(edges)) == ["tickets.queries (queries) imports tickets.operations.work (operations)"]


def test_the_packages_do_not_import_in_circles():
    edges = graph()
    # A package's __init__ that gathers its modules for one import is no circle.
    gathers = {module_of(file) for file in product_files() if file.endswith("__init__.py")}
    circles = [m for m in edges if m not in gathers and m in reached(m, {k: v - gathers for k, v in edges.items()})]
    assert circles == []


def test_nothing_imports_a_task_module():
    importers = {file for file in product_files() if any(".tasks." in f"{name}." for name in imports(tree_of(file)))}
    assert importers == set(), "operations wake a task by its name"


@pytest.mark.parametrize(
    "file", [file for file in product_files() if file.startswith(("sla/engine/", "status/uptime/"))]
)
def test_the_engines_import_themselves_and_what_has_no_world_outside_only(file):
    own = ("sla.engine", "status.uptime") if file.startswith("status/") else ("sla.engine",)
    foreign = {name for name in imports(tree_of(file)) if not name.startswith(own) and name.split(".")[0] not in PURE}
    assert foreign == set()
