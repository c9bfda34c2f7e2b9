"""What the document does not list, no address knows: 405, with the list of what it does know."""

import re

from helpdesk.api.views.document import document
from tests.api.conftest import Caller, problem
from tests.api_outside.conftest import identity

ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
ANYTHING = {"public_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "file_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12}


def test_a_method_that_is_not_listed_is_refused_with_those_that_are(world):
    ask = Caller(identity("admin", world.admin).token)
    found, expected = {}, {}
    for path, methods in document()["paths"].items():
        listed = {name.upper() for name in methods} & set(ASKED)
        where = re.sub(r"\{(\w+)\}", lambda name: ANYTHING.get(name[1], "1"), path)
        for method in set(ASKED) - listed:
            answer = ask.call(method, f"{where}?unknown=1")
            found[method, path] = problem(answer), set(answer.headers["Allow"].split(", "))
            expected[method, path] = (405, "method-not-allowed"), listed | ({"HEAD"} if "GET" in listed else set())
    assert len(found) > len(document()["paths"])
    assert found == expected
