"""Who an identity provider says somebody is: what of it must be true, and which roles its groups give.

Source of the checks: OpenID Connect Core 1.0, section 3.1.3.7.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.people import Role
from command_center.errors import BadInput, NotAllowed

EVERYBODY: Final = "*"
CLOCK_SKEW: Final = timedelta(minutes=1)
OLDEST: Final = timedelta(minutes=10)
_LONGEST_SUBJECT: Final = 255
_MOST_GROUPS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a provider says about somebody who signed in there; all but issuer and subject may be empty."""

    issuer: str
    subject: str
    name: str = ""
    login: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()


def identity_id(issuer: str, subject: str) -> str:
    """Return the id of an identity: issuer and subject together, so that no two providers meet in one."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{subject}".encode("utf-8", "replace")).hexdigest()


def check_id_token(token: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime) -> str:
    """Return the subject of an ID token whose signature holds; raises ``NotAllowed`` (``oidc.not_for_us``)."""
    audience = token.get("aud")
    ours = audience == client_id or (isinstance(audience, list) and client_id in audience)
    alone = audience in (client_id, [client_id]) or token.get("azp") == client_id
    subject = token.get("sub")
    holds = (
        token.get("iss") == issuer,
        ours and alone and token.get("azp", client_id) == client_id,
        isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT,
        _is_same(token.get("nonce"), nonce),
        _seconds(token.get("exp")) > (now - CLOCK_SKEW).timestamp(),
        "nbf" not in token or 0 <= _seconds(token["nbf"]) < (now + CLOCK_SKEW).timestamp(),
        (now - OLDEST).timestamp() < _seconds(token.get("iat")) < (now + CLOCK_SKEW).timestamp(),
    )
    if not all(holds):
        raise NotAllowed("oidc.not_for_us")
    return str(subject)


def _is_same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _seconds(value: object) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number else -1.0  # type: ignore[arg-type]


def claims_of(issuer: str, subject: str, said: Mapping[str, Any]) -> Claims:
    """Return what is said about somebody, as far as it is text; an address that isn't verified is left out."""
    groups = said.get("groups")
    named = groups if isinstance(groups, list) else [groups]
    email = said.get("email") if said.get("email_verified", True) is True else ""
    return Claims(
        issuer=issuer,
        subject=subject,
        name=_text(said.get("name")),
        login=_text(said.get("preferred_username")),
        email=_text(email),
        groups=tuple(group for group in named[:_MOST_GROUPS] if isinstance(group, str)),
    )


def _text(value: object) -> str:
    return " ".join(value.split())[:254] if isinstance(value, str) else ""


def read_groups(pairs: Sequence[str]) -> dict[str, frozenset[Role]]:
    """Read ``group=role`` pairs; the group ``*`` is everybody. Raises ``BadInput`` (``settings.not_a_group``)."""
    mapping: dict[str, frozenset[Role]] = {}
    for pair in pairs:
        group, _, role = (part.strip() for part in pair.rpartition("="))
        if not group or role not in set(Role):
            raise BadInput("settings.not_a_group", value=pair, roles=", ".join(Role))
        mapping[group] = mapping.get(group, frozenset()) | {Role(role)}
    return mapping


def roles_of(groups: Iterable[str], mapping: Mapping[str, frozenset[Role]]) -> tuple[Role, ...]:
    """Return the roles the groups give, in the order of the roles."""
    given = frozenset[Role]().union(*(mapping.get(group, frozenset()) for group in {*groups, EVERYBODY}))
    return tuple(role for role in Role if role in given)
