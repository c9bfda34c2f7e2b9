"""The catalogue of the site's language remembers its answers; others are asked as ever."""

from django.conf import settings
from django.utils.translation import gettext, override, trans_real

from helpdesk.lib.apps import remember_words


def test_a_text_is_looked_for_once_and_in_the_language_in_force():
    asked = trans_real.translation(settings.LANGUAGE_CODE).gettext
    gettext("Yes")
    before = asked.cache_info()
    assert gettext("Yes") == "Yes"
    after = asked.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)
    with override("de"):
        assert gettext("Yes") == "Ja"
    assert gettext("Yes") == "Yes"


def test_a_catalogue_remembers_once_however_often_it_is_told_to():
    remember_words(settings.LANGUAGE_CODE)
    first = trans_real.translation(settings.LANGUAGE_CODE).gettext
    remember_words(settings.LANGUAGE_CODE)
    assert trans_real.translation(settings.LANGUAGE_CODE).gettext is first
