"""One-time codes as RFC 6238 has them, each taken once, and recovery codes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from command_center.domain.people import Role
from command_center.domain.second_factor import (
    SecondFactorRule,
    code_of,
    hash_of,
    is_needed,
    new_recovery_codes,
    new_secret,
    otpauth_link,
    step_of,
    taken_step,
    without_code,
)

# RFC 6238, appendix B: the seed is as long as the hash.
SEED = b"1234567890" * 7
TIMES = (59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000)
VECTORS = {
    ("sha1", 20): ("94287082", "07081804", "14050471", "89005924", "69279037", "65353130"),
    ("sha256", 32): ("46119246", "68084774", "67062674", "91819424", "90698825", "77737706"),
    ("sha512", 64): ("90693936", "25091201", "99943326", "93441116", "38618901", "47863826"),
}
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the seed of the RFC in base32
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(("digest", "length"), VECTORS)
def test_the_codes_are_those_of_the_rfc(digest: str, length: int) -> None:
    steps = [step_of(datetime.fromtimestamp(seconds, UTC)) for seconds in TIMES]
    codes = tuple(code_of(SEED[:length], step, digits=8, digest=digest) for step in steps)
    assert codes == VECTORS[(digest, length)]


@pytest.mark.parametrize(("away", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_one_step_off(away: int, taken: bool) -> None:
    code = code_of(SEED[:20], step_of(NOON + timedelta(seconds=away)))
    assert (taken_step(SECRET, code, at=NOON, last_step=0) is not None) is taken


def test_a_code_and_what_came_before_it_is_taken_once() -> None:
    now = step_of(NOON)
    code, before = code_of(SEED[:20], now), code_of(SEED[:20], now - 1)
    assert taken_step(SECRET, f" {code[:3]} {code[3:]}", at=NOON, last_step=now - 1) == now
    assert taken_step(SECRET, code, at=NOON, last_step=now) is None
    assert taken_step(SECRET, before, at=NOON, last_step=now) is None


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345６"])
def test_what_is_no_code_is_refused(given: str) -> None:
    assert taken_step(SECRET, given, at=NOON, last_step=0) is None


def test_a_secret_fits_every_app() -> None:
    secret = new_secret()
    assert len(secret) == 32
    assert secret != new_secret()
    link = urlsplit(otpauth_link(secret, login="kim+a@example.org", house="Nord: Werk & Söhne"))
    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    assert parse_qs(link.query)["secret"] == [secret]
    assert parse_qs(link.query)["issuer"] == ["Nord  Werk & Söhne"]


def test_each_recovery_code_is_used_once() -> None:
    codes = new_recovery_codes()
    kept = tuple(hash_of(code) for code in codes)
    assert len(set(codes)) == 10
    left = without_code(kept, codes[3].lower().replace("-", " "))
    assert left is not None
    assert len(left) == 9
    assert without_code(left, codes[3]) is None
    assert without_code(left, "") is None


@pytest.mark.parametrize(
    ("rule", "lead", "employee"),
    [
        (SecondFactorRule.NOBODY, False, False),
        (SecondFactorRule.LEADS, True, False),
        (SecondFactorRule.EVERYBODY, True, True),
    ],
)
def test_the_rule_says_who_needs_one(rule: SecondFactorRule, lead: bool, employee: bool) -> None:
    assert is_needed(rule, (Role.CRISIS_LEAD,)) is lead
    assert is_needed(rule, (Role.EMPLOYEE, Role.ADMINISTRATOR)) is lead
    assert is_needed(rule, (Role.EMPLOYEE, Role.APPROVER)) is employee
