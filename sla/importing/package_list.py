"""What the package `holidays` knows of a country's year: a proposal to look through, never a source to rely on."""

import holidays
from django.utils.translation import gettext as _

from sla.importing.found import Found, ListFault

TAKEN = ("public", "bank", "government")


def read_package(*, country: str, year: int) -> list[Found]:
    """The package's dates. Raises `ListFault` for an unknown country, and for a year that it has nothing of.

    Past its last year it answers with an empty list and no warning; that is told here instead.
    """
    if country not in holidays.list_supported_countries(include_aliases=False):
        raise ListFault([_("The package knows no country “%(country)s”.") % {"country": country[:10]}], field="country")
    known = holidays.country_holidays(country)
    if not known.start_year <= year <= known.end_year:
        said = _(
            "The package knows %(country)s from %(first)d to %(last)d only. For %(year)d it would silently answer that "
            "there are no holidays; take the gazette's list."
        )
        facts = {"country": country, "first": known.start_year, "last": known.end_year, "year": year}
        raise ListFault([said % facts], field="year")
    source = f"PyPI holidays {holidays.__version__}"
    by_day: dict[object, Found] = {}
    for category in TAKEN:
        if category not in known.supported_categories:
            continue
        for day, name in holidays.country_holidays(country, years=year, categories=(category,)).items():
            before = by_day.get(day)
            categories = (*before.categories, category) if before else (category,)
            by_day[day] = Found(day, before.name if before else name[:120], categories, source)
    return sorted(by_day.values(), key=lambda one: one.date)
