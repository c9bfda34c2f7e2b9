from django.apps import AppConfig


class ProofConfig(AppConfig):
    """`manage.py prove_isolation`; no models."""

    name = "helpdesk.proof"
    label = "proof"
