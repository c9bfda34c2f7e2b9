"""What people read in a template can be translated: it stands in `translate` or `blocktranslate`, not bare."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "templates"
BARE = {
    "500.html": "shown when nothing works, without the template engine's help",
    "503.html": "likewise",
    "web/design.html": "for those who build the pages, in development only",
}
# In this order: what is translated, what is no text, then whatever tag is left.
NOT_WORDS = (
    r"\{#.*?#\}",
    r"\{% comment %\}.*?\{% endcomment %\}",
    r"\{% blocktranslate.*?\{% endblocktranslate %\}",
    r"\{%.*?%\}|\{\{.*?\}\}",
    r"<(script|style|code|pre|kbd)\b.*?</\1>",
    r"<[^>]*>",
)
OUR_NAME = re.compile(r"\bravingCRM( support)?\b", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]{3,}")


def bare_words(text: str) -> list[str]:
    """The lines of a template that still have words once everything translated and every tag is gone."""
    for pattern in NOT_WORDS:
        text = re.sub(pattern, "\n", text, flags=re.DOTALL)
    return [line.strip() for line in OUR_NAME.sub("", text).splitlines() if WORD.search(line)]


def pages() -> list[str]:
    found = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
    return sorted(name for name in found if not name.startswith(("emails/", "account/email/", "accounts/mail/")))


def test_every_word_of_a_page_can_be_translated() -> None:
    found = {name: bare_words((ROOT / name).read_text()) for name in pages() if name not in BARE}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_bare_word_is_found() -> None:
    assert bare_words('<p>{% translate "Kept" %} {{ name }} lost</p>') == ["lost"]
