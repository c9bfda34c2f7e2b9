"""What the API refuses by itself, before any operation is asked."""

from rest_framework.exceptions import APIException


class BadRequest(APIException):
    """The request makes no sense as it stands: a damaged cursor, an unknown parameter, an impossible header."""

    status_code = 400
    default_code = "malformed"


class BadParameter(BadRequest):
    """A query parameter is unknown or holds what it cannot mean; `field` names it."""

    default_code = "parameter"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class PreconditionRequired(APIException):
    """A change that could overwrite somebody else's needs to say what it was based on."""

    status_code = 428
    default_code = "precondition-required"
    default_detail = "Send If-Match with the ETag of what you last read, or If-Match: * to change it as it is."


class TooLarge(APIException):
    """The body is larger than the API takes."""

    status_code = 413
    default_code = "too-large"


class KeyReused(APIException):
    """An Idempotency-Key that belongs to another request."""

    status_code = 422
    default_code = "key-reused"
    default_detail = "This Idempotency-Key was used for another request. A new request needs a new key."
