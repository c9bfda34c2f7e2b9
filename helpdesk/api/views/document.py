"""The OpenAPI document, public, made once a process."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer

from helpdesk.api.views.base import ApiRequest, ApiView


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole OpenAPI document."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


@lru_cache(maxsize=4)
def rendered(renderer: Callable[[], BaseRenderer]) -> tuple[bytes, str]:
    """The document in one form, and its ETag."""
    content = force_bytes(renderer().render(document()))
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@extend_schema(exclude=True)
class Document(ApiView):
    """`/api/v1/schema/`: JSON, or YAML for whoever asks with Accept."""

    public = True
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    def get(self, request: ApiRequest) -> HttpResponse:
        """The document; 304 to whoever has it already."""
        renderer: Any = type(request.accepted_renderer)
        content, etag = rendered(renderer)
        kind = f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else renderer.media_type
        headers = {"Cache-Control": "public, max-age=300", "ETag": etag}
        return HttpResponse(content, content_type=kind, headers=headers)
