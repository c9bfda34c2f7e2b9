"""How one signs in, as the OpenAPI document says it."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):
    """A bearer token. A browser's session works too, with its CSRF token; programs have no use for it."""

    target_class = "helpdesk.api.access.MemberAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """The scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A token of yours, from /account/tokens/."}
