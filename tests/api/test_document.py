"""The OpenAPI document: valid, public, complete and honest."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from helpdesk.api.schema import CHANGES
from helpdesk.api.views.document import document
from tests.web.addresses import addresses

METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[tuple[str, str, dict]]:
    return [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_it_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", file=str(tmp_path / "schema.yml"), validate=True, fail_on_warn=True)
    assert (tmp_path / "schema.yml").stat().st_size > 10_000


@pytest.mark.django_db
def test_it_is_public_in_both_forms():
    stored = Client().get("/api/v1/schema/")
    assert (stored.status_code, stored.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(stored.content)["info"]["version"] == "1"
    yaml = Client().get("/api/v1/schema/", headers={"Accept": "application/yaml"})
    assert (yaml.status_code, yaml.content[:8]) == (200, b"openapi:")


def test_every_address_of_the_api_stands_in_it():
    routes = {address.route for address in addresses() if address.route.startswith("api/v1/")}
    routed = routes - {"api/v1/schema/"}
    documented = {path.lstrip("/") for path in document()["paths"]}
    assert {_bare(route) for route in routed} == {_bare(path) for path in documented}


def _bare(route: str) -> str:
    return "/".join("*" if part[:1] in "<{" and part else part for part in route.split("/"))


def test_every_operation_has_a_name_of_its_own_and_tells_its_refusals():
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    for path, method, operation in operations():
        codes = set(operation["responses"])
        wanted = {"400", "401", "403", "406", "429"}
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"409", "413", "415", "422"} if method.upper() in CHANGES else set()
        assert wanted <= codes, f"{method} {path} lacks {sorted(wanted - codes)}"
        assert any(code.startswith("2") for code in codes)
        for code, answer in operation["responses"].items():
            if code >= "400":
                assert list(answer["content"]) == ["application/problem+json"], f"{method} {path} {code}"
        assert operation["summary"]
        assert operation["description"]


def test_every_post_takes_a_key_and_every_patch_needs_its_tag():
    for path, method, operation in operations():
        headers = {one["name"]: one for one in operation["parameters"] if one["in"] == "header"}
        if method == "post":
            assert "Idempotency-Key" in headers, path
        if method == "patch":
            assert headers["If-Match"]["required"] is True, path
            assert {"412", "428"} <= set(operation["responses"]), path


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/json", "application/yaml", "application/vnd.oai.openapi+json"])
def test_each_form_is_written_once_a_process_and_tagged(monkeypatch, kind):
    first = Client().get("/api/v1/schema/", headers={"Accept": kind})
    assert first.headers["Content-Type"].partition(";")[0] == kind
    monkeypatch.setattr("helpdesk.api.views.document.document", lambda: pytest.fail("it is written again"))
    again = Client().get("/api/v1/schema/", headers={"Accept": kind})
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    known = Client().get("/api/v1/schema/", headers={"Accept": kind, "If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
