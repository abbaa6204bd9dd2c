"""What an identity provider says: believed only when all of it is right, and turned into roles."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.identities import check_id_token, claims_of, identity_id, read_groups, roles_of
from command_center.domain.people import Role
from command_center.errors import BadInput, NotAllowed

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
RIGHT: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "one-voice",
    "sub": "u1",
    "nonce": "n",
    "iat": SECOND - 5,
    "exp": SECOND + 300,
}


def subject(token: dict[str, Any], *, nonce: str = "n") -> str:
    return check_id_token(token, issuer="https://id.example", client_id="one-voice", nonce=nonce, now=NOW)


@pytest.mark.parametrize(
    "more", [{}, {"aud": ["one-voice"]}, {"azp": "one-voice"}, {"aud": ["one-voice", "other"], "azp": "one-voice"}]
)
def test_a_token_for_us_names_its_subject(more: dict[str, Any]) -> None:
    assert subject({**RIGHT, **more}) == "u1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://id.example/"},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["one-voice", "other"]},
        {"aud": ["one-voice", "other"], "azp": "other"},
        {"azp": "other"},
        {"sub": ""},
        {"sub": 17},
        {"sub": "x" * 256},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": SECOND - 61},
        {"exp": None},
        {"exp": True},
        {"iat": SECOND + 61},
        {"iat": SECOND - 601},
        {"iat": "now"},
        {"nbf": SECOND + 61},
        {"nbf": "now"},
    ],
)
def test_one_thing_wrong_is_enough(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed, match=r"oidc\.not_for_us"):
        subject({**RIGHT, **wrong})


def test_an_empty_nonce_is_none() -> None:
    with pytest.raises(NotAllowed):
        subject({**RIGHT, "nonce": ""}, nonce="")


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_providers_meet_in_one_identity(issuer: str, subject: str, other: str, second: str) -> None:
    same = (issuer, subject) == (other, second)
    lone = any("\ud800" <= sign <= "\udfff" for sign in issuer + subject + other + second)
    assert lone or (identity_id(issuer, subject) == identity_id(other, second)) is same


def test_groups_give_roles_and_everybody_may_have_one() -> None:
    mapping = read_groups(
        ("Krisenstab=crisis_lead", "Presse = analyst", "Presse=co_manager", "a=b=auditor", "*=employee")
    )
    assert roles_of(["Presse", "a=b", "unknown"], mapping) == (
        Role.EMPLOYEE,
        Role.CO_MANAGER,
        Role.ANALYST,
        Role.AUDITOR,
    )
    assert roles_of([], mapping) == (Role.EMPLOYEE,)
    assert roles_of(["presse"], read_groups(("Presse=analyst",))) == ()


@pytest.mark.parametrize("pair", ["Presse", "=analyst", "Presse=boss", "Presse=", ""])
def test_a_pair_that_says_nothing_is_named(pair: str) -> None:
    with pytest.raises(BadInput, match=r"settings\.not_a_group"):
        read_groups((pair,))


@pytest.mark.parametrize("said", [{"groups": {"a": 1}}, {"groups": [1, None, ["x"]]}, {"name": 3, "email": []}])
def test_what_is_no_text_is_left_out(said: dict[str, Any]) -> None:
    claims = claims_of("i", "s", said)
    assert (claims.name, claims.email, claims.groups) == ("", "", ())


@pytest.mark.parametrize(("verified", "kept"), [(True, "a@b.example"), (False, ""), ("true", "")])
def test_an_address_nobody_verified_is_left_out(verified: object, kept: str) -> None:
    assert claims_of("i", "s", {"email": "a@b.example", "email_verified": verified}).email == kept


def test_one_group_may_come_as_text() -> None:
    assert claims_of("i", "s", {"groups": "Presse"}).groups == ("Presse",)
