"""The OpenAPI document, public, made once a process."""

from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from helpdesk.api.views.base import ApiRequest, ApiView


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole OpenAPI document."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


@extend_schema(exclude=True)
class Document(ApiView):
    """`/api/v1/schema/`: JSON, or YAML for whoever asks with Accept."""

    public = True
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    def get(self, request: ApiRequest) -> Response:  # noqa: ARG002 - the framework's signature
        """The document."""
        return Response(document(), headers={"Cache-Control": "public, max-age=300"})
