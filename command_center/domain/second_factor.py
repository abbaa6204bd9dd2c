"""The second factor of a local sign-in: one-time codes of an authenticator app, and recovery codes on paper.

The codes are those of RFC 6238 (TOTP) with what every app knows: HMAC-SHA-1, six digits, steps of 30 seconds.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from command_center.domain.people import Role

STEP_SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20  # RFC 4226 section 4, R6: the length of the hash
_NEARBY: Final = (0, -1, 1)  # RFC 6238 section 5.2: one step for clocks that differ
_CODE_BYTES: Final = 15  # 120 random bits, so a plain SHA-256 of them can't be guessed back


class SecondFactorRule(StrEnum):
    """Who needs a second factor in this house."""

    NOBODY = "nobody"
    LEADS = "leads"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A person's authenticator; ``id`` is the person's, ``recovery`` holds hashes of the codes not used yet.

    ``last_step`` is the newest step a code was taken of: it and what came before are never taken again.
    """

    id: str
    sealed: str
    last_step: int
    recovery: tuple[str, ...]
    added_at: datetime


# Until the house has decided who needs one: whoever can lead or administer, some days after they came.
UNTIL_DECIDED: Final = SecondFactorRule.LEADS
GRACE: Final = timedelta(days=3)


def is_needed(rule: SecondFactorRule, roles: Iterable[Role]) -> bool:
    """Tell whether somebody with these roles needs a second factor."""
    if rule is SecondFactorRule.LEADS:
        return bool({Role.CRISIS_LEAD, Role.ADMINISTRATOR}.intersection(roles))
    return rule is SecondFactorRule.EVERYBODY


def new_secret() -> str:
    """Return a new secret as apps take it: 160 random bits in base32, 32 signs."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def otpauth_link(secret: str, *, login: str, house: str) -> str:
    """Return the link that hands a secret to an app.

    Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    """
    issuer = house.replace(":", " ")
    values = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{urlencode(values, quote_via=quote)}"


def step_of(at: datetime) -> int:
    """Return the number of the step a moment lies in, counted from 1970."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(key: bytes, step: int, *, digits: int = DIGITS, digest: str = "sha1") -> str:
    """Return the code of a step (RFC 4226 section 5.3 with the counter of RFC 6238)."""
    mac = hmac.new(key, step.to_bytes(8, "big"), digest).digest()
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def taken_step(secret: str, given: str, *, at: datetime, last_step: int) -> int | None:
    """Return the step whose code this is: the present one or its neighbours, newer than the last; else None."""
    code = "".join(given.split())
    if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
        return None
    key, now = base64.b32decode(secret), step_of(at)
    fitting = [now + away for away in _NEARBY if hmac.compare_digest(code_of(key, now + away), code)]
    return next((step for step in fitting if step > last_step), None)


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten codes to write down, such as ``ABCD-EFGH-IJKL-MNOP-QRST-UVWX``."""
    return tuple(new_code() for _ in range(RECOVERY_CODES))


def new_code() -> str:
    """Return a code people can type, of 120 random bits: too many to be guessed, however it is kept."""
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def plain_code(code: str) -> str:
    """Return a code as it counts: hyphens, spaces and small letters make no difference."""
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())


def hash_of(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(plain_code(code).encode()).hexdigest()


def without_code(kept: Sequence[str], given: str) -> tuple[str, ...] | None:
    """Return the recovery codes that are left when this one is used up, or None when it is none of them."""
    used = hash_of(given)
    left = tuple(each for each in kept if not hmac.compare_digest(each, used))
    return None if len(left) == len(kept) else left
