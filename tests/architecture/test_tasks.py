"""Tasks are leaves of three lines: a name, one call. What they do is in operations."""

import ast

import pytest
from django.conf import settings

from helpdesk.celery import app
from helpdesk.lib.loop import RUNG
from tests.architecture.source import calls, imports, product_files, tree_of

FILES = [file for file in product_files() if file.endswith("/tasks.py")]
TASKS = [(file, node) for file in FILES for node in tree_of(file).body if isinstance(node, ast.FunctionDef)]
LONGEST_BODY = 3  # a docstring, an import, a call


def named(task: ast.FunctionDef) -> str:
    """The name given to `shared_task`, or nothing."""
    (decorator,) = task.decorator_list
    assert isinstance(decorator, ast.Call), f"{task.name} leaves its name to chance"
    given = {keyword.arg: keyword.value for keyword in decorator.keywords}
    assert isinstance(given["name"], ast.Constant)
    return str(given["name"].value)


def task_names() -> set[str]:
    return {named(task) for _, task in TASKS}


@pytest.mark.parametrize(("file", "task"), TASKS, ids=[task.name for _, task in TASKS])
def test_a_task_is_named_for_its_app_takes_keywords_and_makes_one_call(file, task):
    assert named(task).split(".")[0] == file.split("/")[-2]
    taken = task.args
    assert (taken.args, taken.posonlyargs, taken.vararg) == ([], [], None), "ids come by keyword"
    assert taken.kwarg is not None, "an older message with another argument must not be lost"
    assert len(task.body) <= LONGEST_BODY
    assert isinstance(task.body[-1], ast.Return)


@pytest.mark.parametrize("file", FILES)
def test_a_task_module_knows_no_models(file):
    assert not any(isinstance(node, ast.Attribute) and node.attr == "objects" for node in ast.walk(tree_of(file)))
    assert not any(".models" in name or name.startswith("django.db") for name in imports(tree_of(file)))


def test_every_task_that_is_rung_for_exists():
    rung = {
        call.args[0].value
        for file in product_files()
        for name, call in calls(tree_of(file))
        if name == "wake" and call.args and isinstance(call.args[0], ast.Constant)
    }
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    known = {name for name in app.tasks if not name.startswith("celery.")}
    assert known == task_names()
    assert rung | scheduled | set(RUNG) == known, "a task that nothing rings is dead, a bell without task is deaf"
