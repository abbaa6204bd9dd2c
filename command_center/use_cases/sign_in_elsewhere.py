"""Signing in through the house's identity provider: away to it, back from it, and who that is here.

The session that begins is the house's own, as with a password; roles are those of the provider's groups, taken over
at every sign-in. Nobody is recognised by a name or an address: only by issuer and subject.
"""

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from command_center.domain.identities import Claims, identity_id, roles_of
from command_center.domain.mentions import Plane
from command_center.domain.names import clean_email, clean_login, clean_name
from command_center.domain.people import DoorStep, Identity, Person, Role, Way
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import BadInput, NotAllowed
from command_center.networks import Elsewhere
from command_center.ports import Context, Reading, Writing
from command_center.use_cases.command import SYSTEM
from command_center.use_cases.door_steps import PROVIDER, set_step, step_at
from command_center.use_cases.sign_in import begin_session, end_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody who came back: the token of their session, and where they wanted to go."""

    token: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a browser brings back from the provider, none of it believed yet."""

    state: str = ""
    code: str = ""
    issuer: str = ""
    error: str = ""


def leave(ctx: Context, *, redirect_uri: str, wanted: str) -> tuple[str, str]:
    """Return the provider's address to send the browser to, and the token of the step it comes back with."""
    provider = _elsewhere(ctx).provider
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = provider.address(redirect_uri=redirect_uri, state=state, nonce=nonce, verifier=verifier)
    carries = {"state": state, "nonce": nonce, "verifier": verifier, "redirect_uri": redirect_uri, "next": wanted}
    with ctx.store.writing() as store:
        return address, set_step(store, PROVIDER, "", ctx.now(), **carries)


def come_back(ctx: Context, step_token: str, answer: Answer, *, browser: str = "") -> Entered:
    """Begin a session for who comes back; the step and its state are used up whatever comes of it.

    Raises:
        NotAllowed: ``sign_in.step_over``, ``oidc.…``: not the browser that left, refused, or without a role here.
        NetworkTrouble: the provider can't be asked now.
    """
    elsewhere = _elsewhere(ctx)
    with ctx.store.writing() as store:
        step = step_at(store, step_token, PROVIDER, ctx.now())
        store.remove(DoorStep, id=step.id)
    carried = step.carries
    if not hmac.compare_digest(answer.state.encode("utf-8", "replace"), carried["state"].encode()):
        raise NotAllowed("sign_in.step_over")
    if answer.error or not answer.code:
        raise NotAllowed("oidc.refused")
    claims = elsewhere.provider.claims(
        code=answer.code[:4096],
        issuer=answer.issuer,
        redirect_uri=carried["redirect_uri"],
        nonce=carried["nonce"],
        verifier=carried["verifier"],
        now=ctx.now(),
    )
    token = _enter(ctx, claims, roles_of(claims.groups, elsewhere.roles), browser)
    return Entered(token=token, wanted=carried["next"])


def _enter(ctx: Context, claims: Claims, roles: tuple[Role, ...], browser: str) -> str:
    """Return the token of a new session; a role that is gone is gone even when nothing else follows."""
    now = ctx.now()
    with ctx.store.writing() as store:
        person = _known(store, claims)
        if person is not None and person.active:
            person = _with_roles(store, person, roles, claims, now)
        elif person is None and roles:
            person = _add(ctx, store, claims, roles, now)
        if person is not None and person.active and roles:
            return begin_session(store, person, now, way=Way.PROVIDER, browser=browser)
    raise NotAllowed("oidc.disabled" if person is not None and not person.active else "oidc.no_role")


def _known(store: Reading, claims: Claims) -> Person | None:
    identity = store.get(Identity, identity_id(claims.issuer, claims.subject))
    return store.get(Person, identity.person_id) if identity else None


def _with_roles(store: Writing, person: Person, roles: tuple[Role, ...], claims: Claims, now: datetime) -> Person:
    if set(roles) == set(person.roles):
        return person
    changed = replace(person, roles=roles)
    store.put(changed)
    ended = 0 if roles else end_sessions(store, person.id, now)
    _log(
        store,
        Action.PERSON_CHANGED,
        person.id,
        now,
        issuer=claims.issuer,
        roles=[role.value for role in roles],
        before=[role.value for role in person.roles],
        sessions_ended=ended,
    )
    return changed


def _add(ctx: Context, store: Writing, claims: Claims, roles: tuple[Role, ...], now: datetime) -> Person:
    identity = ctx.new_id()
    login = next(free for free in _logins(claims, identity) if not store.find(Person, login=free, limit=1))
    person = Person(
        id=identity,
        login=login,
        name=_usable_name(claims.name) or login,
        email=_usable_email(claims.email),
        roles=roles,
        created_at=now,
    )
    store.add(person)
    link = identity_id(claims.issuer, claims.subject)
    # Somebody whose record is gone was never more than an identity: this one takes its place.
    store.put(Identity(id=link, issuer=claims.issuer, subject=claims.subject, person_id=person.id, linked_at=now))
    _log(store, Action.PERSON_ADDED, person.id, now, roles=[role.value for role in roles])
    _log(store, Action.PERSON_LINKED, person.id, now, actor=person.id, issuer=claims.issuer)
    return person


def _logins(claims: Claims, identity: str) -> Iterator[str]:
    """Yield names for somebody new, the nicest first; a name that is taken belongs to somebody else."""
    for said in (claims.login, claims.email):
        try:
            login = clean_login(said)
        except BadInput:
            continue
        yield login
        yield from (f"{login[:60]}-{number}" for number in range(2, 100))
    yield f"person-{identity}"[:64]


def _usable_name(said: str) -> str:
    try:
        return clean_name(said)
    except BadInput:
        return ""


def _usable_email(said: str) -> str:
    try:
        return clean_email(said)
    except BadInput:
        return ""


def _elsewhere(ctx: Context) -> Elsewhere:
    if ctx.elsewhere is None:
        raise NotAllowed("oidc.not_set_up")
    return ctx.elsewhere


def _log(
    store: Writing, action: Action, subject: str, now: datetime, *, actor: str = SYSTEM, **details: object
) -> None:
    store.append(NewEntry(action=action, actor=actor, plane=Plane.REAL, subject=subject, at=now, details=details))
