"""The admins' pages about calendars and organisations."""

from django.urls import path

from sla.views import calendars, days, feed, holidays, hours, imports, organisations, plans, policies, published

root_urls = [
    path("policy/", published.policy, name="policy"),
    path("policy/versions/<int:number>/", published.policy, name="policy_version"),
    path("calendars/<slug:key>/<str:mark>.ics", feed.feed, name="calendar_feed"),  # programs subscribe to it
]

# Included below /settings/ by helpdesk.web.urls, in the namespace "settings".
settings_urls = [
    path("calendars/", calendars.calendar_list, name="calendars"),
    path("calendars/plans/", plans.plans, name="plans"),
    path("calendars/plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("calendars/plans/<uuid:plan_id>/confirmation/", plans.confirmation, name="plan_confirmation"),
    path("calendars/plans/<uuid:plan_id>/leaving/", plans.leaving, name="plan_leaving"),
    path("calendars/plans/<uuid:plan_id>/recount/", plans.recount, name="plan_recount"),
    path("calendars/<slug:key>/", calendars.calendar, name="calendar"),
    path("calendars/<slug:key>/rule/", calendars.rule, name="calendar_rule"),
    path("calendars/<slug:key>/confirmation/", calendars.year_confirmation, name="year_confirmation"),
    path("calendars/<slug:key>/swap/", days.swap, name="calendar_swap"),
    path("calendars/<slug:key>/import/", imports.bring, name="calendar_import"),
    path("calendars/<slug:key>/import/taking/", imports.taking, name="calendar_taking"),
    path("calendars/<slug:key>/days/<str:day>/", days.day, name="calendar_day"),
    path("policies/", policies.policies, name="policies"),
    path("policies/<slug:key>/", policies.policy, name="policy"),
    path("policies/<slug:key>/edit/", policies.edit, name="policy_edit"),
    path("holidays/", holidays.holidays, name="holidays"),
    path("hours/", hours.support_hours, name="hours"),
    path("hours/<int:pk>/withdrawal/", hours.withdrawal, name="withdrawal"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:key>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:key>/calendar/", organisations.organisation_calendar, name="organisation_calendar"),
]
