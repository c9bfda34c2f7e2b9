"""The OpenAPI document: what views declare, and the answers that every operation may give."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from helpdesk.api import security  # noqa: F401 - the library finds the scheme once it is imported
from helpdesk.api.filters import TEXT, parameters_of
from helpdesk.api.paging import DEFAULT_LIMIT, LARGEST_LIMIT
from helpdesk.api.problems import MEDIA_TYPE
from helpdesk.api.serializers.base import ProblemAnswer, page_of

if TYPE_CHECKING:
    from helpdesk.api.views.base import ApiView

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
MEANINGS = {
    "304": "Not changed since the ETag of If-None-Match.",
    "400": "The request makes no sense as it stands: an unknown parameter, a damaged cursor, a body that is no JSON.",
    "401": "No token, or one that does not work.",
    "403": "The role or the token's scope does not allow this.",
    "404": "It does not exist, or it is not yours to see; the answer does not tell which.",
    "406": "There is no answer in the form that Accept asks for.",
    "409": "Its state does not allow this.",
    "412": "It has changed since the ETag of If-Match. Nothing was changed.",
    "413": "The body is too large.",
    "415": "The body is in a form that is not taken here.",
    "422": "A field is missing, unknown or not accepted; or the Idempotency-Key belongs to another request.",
    "428": "If-Match is missing.",
    "429": "Too many requests; Retry-After says when to come again, in seconds.",
}


class HelpdeskSchema(AutoSchema):
    """Adds to each operation the parameters, headers and refusals that the base view gives it."""

    view: "ApiView"  # type: ignore[override]  # these views and no others

    def get_override_parameters(self) -> list[Any]:
        """The declared ones, then those of lists, of conditional requests, and of keys."""
        view = self.view
        found = list(super().get_override_parameters())
        if self.method == "GET":
            found += _list_parameters(view)
        if self.method == "POST" and not view.public:
            found.append(_IDEMPOTENCY)
            found.append(_header("Idempotent-Replayed", "“true” when this repeats an earlier answer.", made=True))
        if view.tagged:
            found += self._tag_parameters()
        if not view.public:
            found += _RATES
        return found

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        """Our bodies and answers are different serializers already: their names need no suffix to tell them apart."""
        return str(super()._get_serializer_name(serializer, direction, bypass_extensions)).removesuffix("Request")

    def _tag_parameters(self) -> list[OpenApiParameter]:
        found: list[OpenApiParameter] = []
        if self.method == "GET" and self.view.paged:
            return found
        if self.method == "GET":
            found.append(_header("If-None-Match", "The ETag of what you have: 304 when it is still that."))
        elif "{" in self.path:
            must = self.method in self.view.must_match
            words = "The ETag of what you last read: 412 when it has changed."
            found.append(_header("If-Match", words, required=must, kind=TEXT))
        if self.method != "DELETE":
            found.append(_header("ETag", "The tag of this representation.", made=True, codes=[200, 201]))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in self._refusals():
            if code == "304":
                bodies.setdefault(code, {"description": MEANINGS[code]})
            else:
                answer = OpenApiResponse(ProblemAnswer, description=MEANINGS[code])
                bodies.setdefault(code, self._get_response_for_code(answer, code, [MEDIA_TYPE], direction))
        return dict(sorted(bodies.items()))

    def _refusals(self) -> list[str]:
        view, changes = self.view, self.method in CHANGES
        if view.public:
            return ["400", "406"]
        codes = ["400", "401", "403", "406", "429"]
        if "{" in self.path:
            codes.append("404")
        if changes:
            codes += ["404", "409", "413", "415", "422"]
        if view.tagged:
            codes += _conditional(self.path, changes=changes, paged=view.paged)
        if self.method in view.must_match:
            codes.append("428")
        return codes


def _conditional(path: str, *, changes: bool, paged: bool) -> list[str]:
    if changes:
        return ["412"] if "{" in path else []
    return [] if paged else ["304"]


def _header(
    name: str, words: str, *, made: bool = False, required: bool = False, codes: Any = True, kind: Any = str
) -> OpenApiParameter:
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, required=required, description=words, response=codes if made else False
    )


_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="A name of your own for this request. Sent again within 48 hours it is carried out once only.",
)
_RATES = [
    _header("RateLimit-Limit", "How many calls the window takes.", made=True),
    _header("RateLimit-Remaining", "How many are left in it.", made=True),
    _header("RateLimit-Reset", "Seconds until another call is free.", made=True),
    _header("Retry-After", "Seconds to wait.", made=True, codes=[429]),
    _header("WWW-Authenticate", "How to sign in.", made=True, codes=[401]),
]
_LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
    description="How many rows a page has.",
)
_CURSOR = OpenApiParameter(
    "cursor", TEXT, description="From `next` of the page before; opaque, and good for its list only."
)


def _list_parameters(view: Any) -> list[OpenApiParameter]:
    found: list[OpenApiParameter] = []
    if view.filters is not None:
        found += parameters_of(view.filters)
    if view.orders:
        names = list(view.orders)
        found.append(OpenApiParameter("ordering", str, enum=names, description=f"Default: {names[0]}."))
    return [*found, _LIMIT, _CURSOR] if view.paged else found


def describe(
    name: str,
    *,
    tag: str,
    summary: str,
    answer: Any = None,
    page: bool = False,
    body: Any = None,
    status: int = 200,
    parameters: list[OpenApiParameter] | None = None,
    example: dict[str, Any] | None = None,
) -> Callable[[Any], Any]:
    """Say of a view's method what the OpenAPI document shows: its id, its body, and its answer when all is well.

    The method's docstring is the description. `page` makes the answer a page of `answer`; None is an empty answer.
    """
    shape = page_of(answer) if page else answer
    examples = [OpenApiExample("Example", value=example, request_only=True)] if example else None
    return extend_schema(
        operation_id=name,
        tags=[tag],
        summary=summary,
        request=body,
        responses={status: OpenApiResponse(shape, description=summary) if shape else None},
        parameters=parameters or [],
        examples=examples,
    )
