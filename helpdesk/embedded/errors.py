"""What the launcher tells a person when it cannot go on."""


class EmbeddedError(Exception):
    """The embedded servers cannot run here; the message says what to do about it."""
