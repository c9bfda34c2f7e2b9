"""What no page may do in any journey. Each is watched from outside the page and fails the test that met it."""

from urllib.parse import SplitResult, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium logs each answer of 400 and more; `_answered` judges those by what was asked for.
_ANSWER = "Failed to load resource: the server responded with a status of"
# What htmx says when its request is cut off: the person left the page, or typed on and a newer draft goes instead.
_CUT_OFF = ("htmx:afterRequest,", "htmx:sendError,", "htmx:sendAbort,")
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content security policy: ${event.effectiveDirective} refused ${event.blockedURI || "inline"}`);
});
"""
OWN_DATA = ("data", "blob", "about")
PAGES = ("document", "xhr", "fetch", "eventsource")  # these may be refused: a person is told so


class Watch:
    """Everything wrong that the pages of one context did, in their order."""

    def __init__(self, context: BrowserContext, *, host: str) -> None:
        self.faults: list[str] = []
        self._host = host
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._said)
        context.on("weberror", self._threw)
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith((_ANSWER, *_CUT_OFF)):
            self.faults.append(f"console: {message.text}")

    def _threw(self, error: WebError) -> None:
        self.faults.append(f"uncaught: {error.error}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_DATA and parts.netloc != self._host and not self._is_stream(parts):
            self.faults.append(f"a request to another host: {request.url}")

    def _is_stream(self, parts: SplitResult) -> bool:
        """Whether it is the stream of changes, which the demo serves on a port of its own."""
        return parts.path == "/events/" and parts.hostname == self._host.partition(":")[0]

    def _answered(self, response: Response) -> None:
        is_part = response.request.resource_type not in PAGES
        if response.status >= 500 or (is_part and response.status >= 400):
            self.faults.append(f"{response.status} from {response.request.method} {response.url}")
