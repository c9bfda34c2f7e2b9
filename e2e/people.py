"""Who visits: a name for each role's person in the demo, the address under which they sign in, and signing in."""

from playwright.sync_api import Page

from helpdesk.embedded.demo import PASSWORD

EMAILS = {
    "client": "client@acme.example",
    "client admin": "clientadmin@acme.example",
    "client elsewhere": "client@globex.example",
    "agent": "agent@ravingcrm.example",
    "second agent": "agent2@ravingcrm.example",
    "account manager": "manager@ravingcrm.example",
    "other account manager": "manager2@ravingcrm.example",
    "admin": "admin@ravingcrm.example",
    # These come with `steps.newcomers`, `steps.crowd` and `steps.quiet_desk`.
    "new client": "client@fresh.example",
    "new agent": "fresh.agent@ravingcrm.example",
    "new account manager": "fresh.manager@ravingcrm.example",
    "new admin": "fresh.admin@ravingcrm.example",
    "busy client": "client@crowd.example",
    "busy agent": "crowd.agent@ravingcrm.example",
    "quiet client": "client@quiet.example",
    "quiet agent": "quiet.agent@ravingcrm.example",
    "quiet second agent": "quiet.second@ravingcrm.example",
}


def sign_in(page: Page, email: str) -> None:
    """Through the form, as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
