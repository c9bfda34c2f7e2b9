"""Whatever lies below the API's root and is no address of it."""

from typing import Any, NoReturn

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound

from helpdesk.api.views.base import ApiView


@extend_schema(exclude=True)
class Nothing(ApiView):
    """404 as a problem document, for everybody and every method."""

    public = True
    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse before anything is looked at."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        raise NotFound
