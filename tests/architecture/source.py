"""The product's code as syntax trees, and what the guards ask of them."""

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("helpdesk", "sla", "status", "tickets")


@cache
def product_files() -> tuple[str, ...]:
    """Every Python file of the product, from the root: `tickets/models/ticket.py`; migrations are apart."""
    found = (path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(sorted(path.as_posix() for path in found if "migrations" not in path.parts))


@cache
def migration_files() -> tuple[str, ...]:
    """Every migration of the product."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("migrations/*.py"))
    return tuple(sorted(path.relative_to(ROOT).as_posix() for path in found if path.name != "__init__.py"))


@cache
def tree_of(file: str) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse((ROOT / file).read_text(), filename=file)


@cache
def calls(tree: ast.AST) -> tuple[tuple[str, ast.Call], ...]:
    """Every call with the last part of what is called: `save` for `row.save()`. A tree is walked once."""
    return tuple((last_name(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def last_name(node: ast.AST) -> str:
    """`now` for `timezone.now`; empty for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@cache
def imports(tree: ast.AST) -> tuple[str, ...]:
    """Every imported module or name, in full: `from a.b import c` gives `a.b.c`. The product imports absolutely."""
    return tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the import line"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_where(holds: Callable[[ast.Module], bool]) -> set[str]:
    """The product's files whose tree has the property."""
    return {file for file in product_files() if holds(tree_of(file))}


def assert_listed(found: set[str], allowed: Mapping[str, str], *, rule: str) -> None:
    """The files found are exactly the listed ones: a new one needs a reason, a stale reason must go."""
    unlisted, stale = sorted(found - set(allowed)), sorted(set(allowed) - found)
    assert not unlisted, f"{rule}; these do it without standing on the list: {unlisted}"
    assert not stale, f"these stand on the list and no longer do it: {stale}"
    assert all(reason.strip() for reason in allowed.values()), "every exception carries its reason"
