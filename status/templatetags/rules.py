"""Recurrence rules in templates: `{{ series.rule|rule_words }}`, and `{% usual_rules as rules %}` to choose from."""

from django import template

from status.maintenance.rule_words import USUAL_RULES, rule_words

register = template.Library()
register.filter(rule_words)


@register.simple_tag
def usual_rules() -> list[tuple[str, str]]:
    """Each usual rule and its words."""
    return [(rule, rule_words(rule)) for rule in USUAL_RULES]
