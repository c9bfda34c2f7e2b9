"""The pages on which tokens are made and revoked."""

import re

import pytest

from helpdesk.accounts.models import ApiToken
from tests.api.conftest import Caller, problem, token_for

FORM = {"name": "The shop's monitoring", "scopes": ["read"], "days": "30"}


def test_a_token_is_made_on_a_page_and_shown_this_once(world, signed_in):
    browser = signed_in(world.alice)
    answer = browser.post("/account/tokens/", FORM)
    (text,) = re.findall(r'value="(hd_[0-9a-f]{8}_[\w-]{43})"', answer.content.decode())
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (201, True)
    assert Caller(text).get("/me/").json()["token"]["scopes"] == ["read"]
    again = browser.get("/account/tokens/").content.decode()
    assert (text in again, "The shop&#x27;s monitoring" in again) == (False, True)


def test_a_refused_form_keeps_what_was_typed(world, signed_in):
    answer = signed_in(world.alice).post("/account/tokens/", {**FORM, "scopes": []})
    assert answer.status_code == 422
    assert "Choose what the token may be used for." in answer.content.decode()
    assert "The shop&#x27;s monitoring" in answer.content.decode()
    assert ApiToken.objects.count() == 0


def test_row_20_no_field_of_the_row_can_be_posted(world, signed_in):
    """row 20: the person, the digest and the life of a token are not the form's to say."""
    more = {"person": world.bob.pk, "digest": "0" * 64, "prefix": "00000000", "revoked_at": "", "days": "365000"}
    posted = {**FORM, **more}
    assert signed_in(world.alice).post("/account/tokens/", posted).status_code == 422
    signed_in(world.alice).post("/account/tokens/", {**posted, "days": "30"})
    made = ApiToken.objects.get()
    assert (made.person, made.prefix == "00000000", made.digest == "0" * 64) == (world.alice, False, False)


def test_revoking_ones_own_ends_it_at_once_and_anothers_is_not_found(world, signed_in):
    text = token_for(world.alice)
    pk = ApiToken.objects.get().pk
    assert signed_in(world.bob).post(f"/account/tokens/{pk}/revoke/").status_code == 404
    assert Caller(text).get("/me/").status_code == 200
    assert signed_in(world.alice).post(f"/account/tokens/{pk}/revoke/").status_code == 302
    assert problem(Caller(text).get("/me/")) == (401, "unauthenticated")


@pytest.mark.parametrize(("who", "status"), [("admin", 302), ("agent", 403), ("amara", 403)])
def test_who_administers_people_revokes_their_tokens(world, signed_in, who, status):
    token_for(world.alice)
    pk = ApiToken.objects.get().pk
    browser = signed_in(getattr(world, who))
    answer = browser.post(f"/settings/people/{world.alice.pk}/tokens/{pk}/revoke/", {"reason": "Left"})
    assert (answer.status_code, ApiToken.objects.get().revoked_at is not None) == (status, status == 302)


def test_the_admins_page_shows_tokens_and_never_their_secret(world, signed_in):
    text = token_for(world.alice)
    page = signed_in(world.admin).get(f"/settings/people/{world.alice.pk}/tokens/").content.decode()
    assert (text in page, text[:11] in page) == (False, True)


def test_a_token_of_another_person_is_not_revoked_through_this_ones_page(world, signed_in):
    token_for(world.alice)
    pk = ApiToken.objects.get().pk
    assert signed_in(world.admin).post(f"/settings/people/{world.bob.pk}/tokens/{pk}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
