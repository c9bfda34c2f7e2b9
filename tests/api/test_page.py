"""The public page that shows the OpenAPI document."""

import re

import pytest
from django.test import Client

from helpdesk.api.problems import TITLES
from helpdesk.api.reading import Reader
from helpdesk.api.views.document import document
from helpdesk.api.views.page import PROBLEMS
from tests.api.conftest import problem

DOCUMENT = {
    "paths": {
        "/things/{id}/": {
            "patch": {
                "operationId": "things_update",
                "tags": ["Things"],
                "summary": "Change",
                "description": "Changes it.",
                "security": [{"token": []}],
                "parameters": [
                    {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}},
                    {"in": "query", "name": "reason", "required": True, "schema": {"type": "string", "maxLength": 9}},
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingChange"}}}
                },
                "responses": {
                    "200": {
                        "description": "The thing",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "404": {"description": "Nothing there"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Kind": {"enum": ["a", "b"], "type": "string"},
            "Thing": {
                "type": "object",
                "description": "A thing.",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "description": "Its id."},
                    "kind": {
                        "allOf": [{"$ref": "#/components/schemas/Kind"}],
                        "nullable": True,
                        "description": "Which kind.\n\n* `a` - a\n* `b` - b",
                    },
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "size": {"type": "integer"},
                },
            },
            "ThingChange": {"type": "object", "properties": {"name": {"type": "string"}}},
        }
    },
}


def test_an_operation_is_read_with_its_fields_answers_and_a_curl_line():
    [group] = Reader(DOCUMENT, site="https://x.example").groups()
    [operation] = group.operations
    assert (group.name, operation.method, operation.path) == ("Things", "PATCH", "/things/{id}/")
    assert [(one.name, one.kind, one.required, one.where) for one in operation.parameters] == [
        ("If-Match", "string", True, "header"),
        ("reason", "string, to 9 characters", True, "query"),
    ]
    assert [(reply.status, reply.schema) for reply in operation.replies] == [("200", "Thing"), ("404", "")]
    assert operation.curl == (
        'curl -X PATCH \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H \'If-Match: "…"\' \\\n'
        '  -H "Content-Type: application/json" \\\n  -d \'{"name": "…"}\' \\\n  \'https://x.example/things/{id}/?reason=…\''
    )
    assert '"kind": "a"' in operation.example


def test_types_are_told_in_words_with_the_schema_that_they_lead_to():
    _, thing, _ = Reader(DOCUMENT, site="").shapes()
    assert [(one.name, one.kind, one.schema, one.required) for one in thing.fields] == [
        ("id", "string (uuid)", "", True),
        ("kind", "Kind or null", "Kind", False),
        ("parts", "list of Thing", "Thing", False),
        ("size", "integer", "", False),
    ]
    assert [one.words for one in thing.fields] == ["Its id.", "Which kind.", "", ""]


def test_every_kind_of_refusal_is_explained():
    assert set(PROBLEMS) == set(TITLES)


@pytest.mark.django_db
def test_a_stranger_reads_the_whole_document():
    answer = Client().get("/api/")
    assert answer.status_code == 200
    html = answer.content.decode()
    operations = [
        one["operationId"] for item in document()["paths"].values() for one in item.values() if "operationId" in one
    ]
    assert [name for name in operations if f'id="{name}"' not in html] == []
    assert [name for name in document()["components"]["schemas"] if f'id="schema-{name}"' not in html] == []
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert [target for target in re.findall(r'href="#([^"]+)"', html) if target not in ids] == []


@pytest.mark.django_db
def test_the_page_needs_nothing_from_elsewhere():
    html = Client().get("/api/").content.decode()
    sources = re.findall(r'(?:src|href)="(https?:[^"]+)"', html)
    assert sources == []


def test_a_refusals_type_leads_to_its_explanation(world, caller):
    answer = caller(world.alice).get("/people/987654/")
    assert problem(answer) == (404, "not-found")
    path, _, anchor = answer.json()["type"].partition("8000")[2].partition("#")
    assert f'id="{anchor}"' in Client().get(path).content.decode()


def test_members_see_it_in_their_own_frame(world, signed_in):
    html = signed_in(world.alice).get("/api/").content.decode()
    assert "Alice" in html
    assert Client().post("/api/").status_code == 405
