"""Settings of mail providers, by the names that anymail gives them."""

from typing import Any

from environ import Env

KEYS = (
    *("BREVO_API_KEY", "MAILERSEND_INBOUND_SECRET", "MAILERSEND_SIGNING_SECRET", "MAILGUN_API_KEY"),
    *("MAILGUN_WEBHOOK_SIGNING_KEY", "MAILTRAP_API_TOKEN", "MAILTRAP_INBOUND_SECRET", "MAILTRAP_TRACKING_SECRET"),
    *("MANDRILL_WEBHOOK_KEY", "MANDRILL_WEBHOOK_URL", "POSTAL_WEBHOOK_KEY", "POSTMARK_SERVER_TOKEN", "RESEND_API_KEY"),
    *("RESEND_INBOUND_SECRET", "RESEND_SIGNING_SECRET"),
    "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
)


def anymail(env: Env) -> dict[str, Any]:
    """What anymail is told: keys that the environment names, and what providers show as basic auth (user:password).

    Of these secrets there are several while one is being replaced. Anymail confirms no subscription at Amazon: who may
    post to an address of ours is not decided by who asks, but by `HELPDESK_SNS_TOPICS` or by a person.
    """
    found: dict[str, Any] = {name: env.str(name) for name in KEYS if name in env.ENVIRON}
    if secrets := env.list("HELPDESK_WEBHOOK_SECRETS", default=[]):
        found["WEBHOOK_SECRET"] = secrets
    return {**found, "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False}
