"""The errors that a face (page, API, mail) turns into a clear answer for a person."""


class DomainError(Exception):
    """A rule of the product refused the request; the message is written for the person who asked.

    `field` names the input at fault, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Forbidden(DomainError):
    """The actor may see the object but not do this to it."""


class Conflict(DomainError):
    """The object is not in a state that allows this."""


class Stale(Conflict):
    """Somebody else changed the object after this person last read it. Nothing of either is lost.

    `changes` is how many things happened since, where that is known, and `last` tells of the newest.
    """

    def __init__(self, message: str, *, changes: int | None = None, last: str = "") -> None:
        super().__init__(message)
        self.changes = changes
        self.last = last


def in_words(error: Exception) -> str:
    """The error as it can be stored, whatever it says: the mark of a failure must not itself fail."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - some libraries' errors fail while they describe themselves
        said = "(no description)"
    storable = said.encode("utf-8", "replace").decode().replace("\x00", "?")
    return f"{type(error).__name__}: {storable}"[:2000]
