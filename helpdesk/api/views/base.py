"""The base of every view of the API: access, limits, parameters, keys, tags and refusals in one place."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.accounts.permissions import Scope
from helpdesk.api.access import ApiRequest, MemberAuthentication, MemberPermission
from helpdesk.api.errors import BadParameter
from helpdesk.api.filters import ListFilters, check_parameters, filtered
from helpdesk.api.idempotency import Replayed, claim, settle
from helpdesk.api.limits import CallRate
from helpdesk.api.paging import Order, cut, listed
from helpdesk.api.preconditions import etag_of, is_unchanged, matched_tags
from helpdesk.api.serializers.base import absolute


class ApiView(APIView):
    """A view for members. What differs from view to view is said in the attributes below."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    authentication_classes = [MemberAuthentication]
    permission_classes = [MemberPermission]
    throttle_classes = [CallRate]

    capabilities: ClassVar[Mapping[str, str]] = {}  # by method; "any" for the others. Operations ask again.
    scope: ClassVar[Scope] = Scope.TICKETS  # what a token needs for a change
    public: ClassVar[bool] = False
    parameters: ClassVar[frozenset[str]] = frozenset()  # of GET, beside those of lists
    change_parameters: ClassVar[frozenset[str]] = frozenset()  # of the other methods
    filters: ClassVar[type[ListFilters] | None] = None
    orders: ClassVar[Mapping[str, Order]] = {}  # by their name in `ordering`; the first is the default
    paged: ClassVar[bool] = False
    tagged: ClassVar[bool] = False  # a single resource, with an ETag
    must_match: ClassVar[frozenset[str]] = frozenset()  # the methods that need If-Match

    request: ApiRequest
    _claimed: Any = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        """The view: private like every page, but it refuses strangers itself."""
        view: Any = super().as_view(**initkwargs)
        view.login_required = not cls.public
        view.refuses_strangers = True
        return view

    def capability_for(self, method: str | None) -> str:
        """The capability that a method needs; HEAD what GET needs."""
        name = "GET" if method == "HEAD" else method or ""
        return self.capabilities.get(name, "any")

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Before the method: who is it, may they, what do they ask, and have they asked it before."""
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request, *args, **kwargs)
        check_parameters(request, self._known() if request.method in ("GET", "HEAD") else self.change_parameters)
        if self.tagged:
            matched_tags(request)  # a damaged If-Match is refused before a repeat is answered, which compares no tags
        if request.method == "POST" and not self.public:
            self._claimed = claim(request)

    def check_permissions(self, request: Any) -> None:
        """Count the call, then judge it: one that is refused has cost something too."""
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Any) -> None:
        """The framework asks this last; the call has been counted by then."""

    def _known(self) -> frozenset[str]:
        found = set(self.parameters)
        found |= set(self.filters.base_filters) if self.filters else set()
        found |= {"ordering"} if self.orders else set()
        found |= {"cursor", "limit"} if self.paged else set()
        return frozenset(found)

    def handle_exception(self, exc: Exception) -> Any:
        """A repeat leaves with its answer; everything else is a refusal."""
        if isinstance(exc, Replayed):
            return exc.response
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """After the method: settle the key, answer 304 where nothing is new, tell the caller's standing."""
        if self._claimed is not None and response.status_code < 400:
            settle(self._claimed, response)
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            etag = response.headers.get("ETag")
            if etag and is_unchanged(request, etag):
                response = Response(status=304, headers={"ETag": etag})
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        standing = getattr(request._request, "rate_standing", None)
        for name, value in (standing.headers if standing else {}).items():
            response.headers[name] = value
        return response

    def page(
        self, found: QuerySet[Any], show: Callable[[Any], Mapping[str, Any]], *, order: Order | None = None
    ) -> Response:
        """A page of the list, filtered and ordered as asked; `show` makes the answer's form of one row."""
        if self.filters is not None:
            found = filtered(self.request, self.filters, found)
        taken = cut(self.request, found, order or self.order())
        return Response(listed([show(row) for row in taken.rows], taken.next_url))

    def order(self) -> Order:
        """The order asked for. Raises `BadParameter` for one that is not listed."""
        name = self.request.query_params.get("ordering", next(iter(self.orders)))
        if name not in self.orders:
            known = ", ".join(self.orders)
            raise BadParameter(f"“{name[:40]}” is no order of this list; known: {known}.", field="ordering")
        return self.orders[name]

    def body(self, shape: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        """What was sent, checked by its shape. Raises the framework's `ValidationError`."""
        made = shape(data=self.request.data, partial=partial, context={"member": self.request.member})
        made.is_valid(raise_exception=True)
        return dict(made.validated_data)


def one(data: Mapping[str, Any], *, version: int | None = None, status: int = 200, **headers: str) -> Response:
    """A single resource with its ETag."""
    return Response(data, status=status, headers={"ETag": etag_of(data, version=version), **headers})


def made(data: Mapping[str, Any], *, path: str, version: int | None = None) -> Response:
    """201: what was made, and where it is."""
    return one(data, version=version, status=201, Location=absolute(path))


def changed(data: Mapping[str, Any], *, path: str, version: int | None = None) -> Response:
    """200 after an action: the resource as it is now, and where it is."""
    response = one(data, version=version)
    response.headers["Content-Location"] = path
    return response


__all__ = ["ApiRequest", "ApiView", "changed", "made", "one"]
