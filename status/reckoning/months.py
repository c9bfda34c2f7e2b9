"""The figures of a month, of everybody or of one organisation: reckoned from what is stored, or as they were frozen."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from helpdesk.accounts.models import Organisation
from helpdesk.lib.tenancy import scope
from sla.engine.instants import from_us
from status.conformance.reading import read_case
from status.conformance.writing import SCHEMA, case_of, exact, of_component
from status.reckoning.facts import stored_facts
from status.reckoning.parts import Part, parts_of
from status.reckoning.terms import terms_of
from status.uptime.engine import measure
from status.uptime.facts import Facts, Terms
from status.uptime.figures import Figure, Totals
from status.uptime.periods import Month
from status.uptime.reasons import DEFAULT_ON, Reason
from status.zone import PAGE_ZONE

ZONE = ZoneInfo(PAGE_ZONE)


@dataclass(frozen=True)
class Reckoning:
    """A month's figures with everything that they follow from. `now`: when it was asked, while the month lasts."""

    month: Month
    facts: Facts
    terms: Terms
    since: datetime | None
    now: datetime | None
    whole: Figure
    parts: Sequence["PartFigure"]
    titles: Mapping[str, str]

    @property
    def is_probed(self) -> bool:
        """Whether any probe looked at what the whole is made of."""
        return any(one.component in self.terms.components for one in self.facts.probes)


@dataclass(frozen=True)
class PartFigure:
    """One component's own figure."""

    ref: str
    name: str
    since: datetime | None
    figure: Figure


def whose(organisation: Organisation | None) -> AbstractContextManager[None]:
    """The scope that a figure is read in: of nobody for everybody's, of the organisation alone for its own."""
    return scope(() if organisation is None else (organisation.pk,))


def month_named(name: str) -> Month:
    """The month of the page's zone; ValueError for what is none."""
    return Month(name, ZONE)


def month_at(at: datetime) -> Month:
    """The month that the instant lies in."""
    return Month(f"{at.astimezone(ZONE):%Y-%m}", ZONE)


def reckon(
    month: Month, *, organisation: Organisation | None, at: datetime, agreed: "Reckoning | None" = None
) -> Reckoning | None:
    """The month's figures from what is stored at the instant; None where no core component had begun.

    `agreed`: a reckoning whose terms and components hold, as a frozen month keeps its own.
    """
    with whose(organisation):
        there = parts_of(month)
        if agreed is not None:
            terms, listed = agreed.terms, [_kept(part, agreed.terms) for part in agreed.parts]
        elif there.core:
            terms, listed = terms_of(month, there.measured, organisation=organisation), list(there.measured)
        else:
            return None
        own = None if organisation is None else organisation.key
        stored = stored_facts(month, there, own=own, until=at, lead=_lead(terms))
    over = from_us(month.ends) <= at
    return _measured(
        month, stored.facts, terms, listed, now=None if over else at, titles={**there.titles, **stored.titles}
    )


def document_of(found: Reckoning) -> dict[str, Any]:
    """The published format: a case for the whole and one for each component, each with what it expects."""
    cases = [
        case_of(
            found.month.name, found.facts, found.terms, found.month, found.whole,
            now=found.now, since=found.since, titles=found.titles,
        )
    ]  # fmt: skip
    for part in found.parts:
        case = case_of(
            f"{found.month.name} {part.ref}", of_component(found.facts, part.ref), terms_for(found.terms, part.ref),
            found.month, part.figure, now=found.now, since=part.since, titles=found.titles,
        )  # fmt: skip
        cases.append({**case, "title": part.name})
    names = {part.ref: part.name for part in found.parts}
    return {
        "schema": SCHEMA,
        "default_reasons_on": [reason.value for reason in Reason if reason in DEFAULT_ON],
        "component_names": names,
        "cases": cases,
    }


def read_document(document: Mapping[str, Any]) -> Reckoning:
    """A reckoning from its document: measured anew from what the document holds."""
    whole, *others = document["cases"]
    case = read_case(whole, document["default_reasons_on"])
    names = document["component_names"]
    parts = []
    for one in others:
        (ref,) = one["settings"]["measure_components"]
        since = one["settings"].get("component_since")
        parts.append(
            Part(
                ref, names[ref], ref in case.terms.core,
                datetime.fromisoformat(since) if since else from_us(case.month.begins), case.terms.beta_since.get(ref),
            )
        )  # fmt: skip
    titles = {row["id"]: row["title"] for key in ("incidents", "maintenances") for row in whole[key]}
    return _measured(case.month, case.facts, case.terms, parts, now=case.now, titles={**names, **titles})


def terms_for(terms: Terms, ref: str) -> Terms:
    """The terms of one component alone."""
    return replace(terms, components=(ref,))


def for_organisation(found: Reckoning, organisation: Organisation | None) -> Reckoning:
    """The same facts and terms, asked for the figure of another: an organisation's, or everybody's."""
    key = None if organisation is None else organisation.key
    return replace(found, terms=replace(found.terms, organisation=key))


def totals_text(totals: Totals) -> dict[str, str]:
    """Totals as they are stored: exact."""
    return {name: exact(value) for name, value in vars(totals).items()}


def read_totals(stored: Mapping[str, str]) -> Totals:
    """The same, read back."""
    return Totals(**{name: Fraction(text) for name, text in stored.items()})


def _measured(
    month: Month, facts: Facts, terms: Terms, listed: Sequence[Part], *, now: datetime | None, titles: Mapping[str, str]
) -> Reckoning:
    since = min((part.since for part in listed if part.is_core), default=None)
    parts = [
        PartFigure(
            part.ref, part.name, part.since,
            measure(of_component(facts, part.ref), terms_for(terms, part.ref), month, now=now, since=part.since),
        )
        for part in listed
    ]  # fmt: skip
    whole = measure(facts, terms, month, now=now, since=since)
    return Reckoning(month, facts, terms, since, now, whole, parts, titles)


def _kept(part: PartFigure, terms: Terms) -> Part:
    since = part.since or datetime.min.replace(tzinfo=ZONE)
    return Part(part.ref, part.name, part.ref in terms.core, since, terms.beta_since.get(part.ref))


def _lead(terms: Terms) -> timedelta:
    """An outage that the month's end cuts is as long as it is: it is looked for beyond."""
    return timedelta(minutes=float(terms.min_outage))
