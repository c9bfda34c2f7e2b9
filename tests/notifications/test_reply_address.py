"""Signed reply addresses: what they say, whose they are, and whatever we did not make is refused. No database."""

import base64

import pytest

from helpdesk.notifications.reply_address import (
    LONGEST_LOCAL_PART,
    Purpose,
    address_with,
    make_token,
    read_token,
    token_of,
)

KEY, OLD, OTHER = "key-now", "key-before", "key-of-another-installation"
BASE = "support@ravingcrm.example"
LARGEST = 2**40 - 1


def made(**more) -> str:
    given = {"purpose": Purpose.REPLY, "organisation_id": 7, "number": 142, "recipient": "Alice@acme.example"}
    return make_token(**{**given, "key": KEY, **more})


def read(token: str, *purposes: Purpose, keys=(KEY,)):
    return read_token(token, purposes=purposes or (Purpose.REPLY,), keys=keys)


def test_an_address_says_the_ticket_and_whom_it_was_sent_to_in_any_case():
    address = address_with(made(), base=BASE)
    for written in (address, address.upper(), f" {address.title()} "):
        token = read(token_of(written, base=BASE))
        assert (token.purpose, token.organisation_id, token.number) == (Purpose.REPLY, 7, 142)
    assert token.is_for("ALICE@acme.example", keys=[KEY])
    assert not token.is_for("amara@acme.example", keys=[KEY])
    assert not token.is_for("", keys=[KEY])


def test_the_largest_ids_fit_into_a_local_part():
    address = address_with(made(organisation_id=LARGEST, number=LARGEST, recipient="a" * 200), base=BASE)
    assert len(address.rpartition("@")[0]) <= LONGEST_LOCAL_PART
    assert read(token_of(address, base=BASE)).number == LARGEST
    with pytest.raises(ValueError, match="no room"):
        address_with(made(), base="customer-service@ravingcrm.example")


def test_a_changed_token_is_refused():
    token = made()
    raw = bytearray(base64.b32decode(token.upper()))
    for place in range(len(raw)):
        changed = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
        assert read(base64.b32encode(changed).decode()) is None, place
    for bad in ("", token[:-1], token[1:], token + "a", token + token, token[:-1] + "1", token[:-1] + "é", "=" * 48):
        assert read(bad) is None, bad


def test_a_token_of_another_purpose_or_key_is_refused():
    for purpose in Purpose:
        others = tuple(one for one in Purpose if one is not purpose)
        assert read(made(purpose=purpose), *others) is None
        assert read(made(purpose=purpose), *Purpose).purpose is purpose
    assert read(made(key=OTHER)) is None


def test_a_key_that_was_replaced_still_holds_while_it_is_listed():
    token = read(made(key=OLD), keys=(KEY, OLD))
    assert token.is_for("alice@acme.example", keys=(KEY, OLD))
    assert read(made(key=OLD), keys=(KEY,)) is None


def test_only_our_own_address_carries_a_token():
    token = made()
    assert token_of(f"support+{token}@ravingcrm.example", base=BASE) == token
    for other in (
        BASE,
        f"sales+{token}@ravingcrm.example",
        f"support+{token}@elsewhere.example",
        f"{token}@ravingcrm.example",
        f"support+{token}@ravingcrm.example@elsewhere.example",
        token,
        "",
    ):
        assert token_of(other, base=BASE) == "", other
