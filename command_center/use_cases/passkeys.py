"""Passkeys (W3C Web Authentication): keys that lie with a person and sign what the house asks, for this house only.

A key is made and asked with the person verified by their device (finger, face, PIN), so it is both factors at once: a
way in of its own, and the second step after a password. What is asked stands in the step the browser is in and holds
for one answer.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from command_center.domain.mentions import Plane
from command_center.domain.people import Act, DoorStep, Passkey, Person, Way
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Context, Reading, Writing
from command_center.use_cases.command import Work, command
from command_center.use_cases.door_steps import CODE, PASSKEY, PASSKEY_NEW, person_at, session_id, set_step, step_at
from command_center.use_cases.second_factor import prove_again
from command_center.use_cases.sign_in import begin_session, end_sessions
from command_center.use_cases.throttle import count_try

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST: Final = 20
_LONGEST_ANSWER: Final = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where passkeys hold: the name of the host, and the origin a browser says it was asked by."""

    host: str
    origin: str
    house: str


def begin_adding(ctx: Context, person_id: str, *, name: str, password: str, code: str, address: str) -> str:
    """Return the token of the step in which somebody who is signed in makes a passkey; they prove themselves again.

    Raises:
        BadInput: ``passkey.name_needed``, ``passkey.too_many``.
        NotAllowed: as ``begin_set_up``.
    """
    called = " ".join(name.split())
    if not (1 <= len(called) <= 60 and called.isprintable()):
        raise BadInput("passkey.name_needed")
    person = prove_again(ctx, person_id, password=password, code=code, address=address)
    with ctx.store.writing() as store:
        if len(store.find(Passkey, person_id=person.id)) >= MOST:
            raise BadInput("passkey.too_many", most=MOST)
        return set_step(store, PASSKEY_NEW, person.id, ctx.now(), name=called, challenge=new_challenge())


def new_challenge() -> str:
    """Return something nobody asked before: 256 random bits in hex."""
    return secrets.token_hex(32)


def creation_options(ctx: Context, step_token: str, place: Place) -> str:
    """Return what the browser is told to make, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    with ctx.store.reading() as store:
        step = step_at(store, step_token, PASSKEY_NEW, ctx.now())
        person = person_at(store, step)
        known = store.find(Passkey, person_id=person.id)
    options = generate_registration_options(
        rp_id=place.host,
        rp_name=place.house,
        user_name=person.login,
        user_id=person.id.encode(),
        user_display_name=person.name,
        challenge=bytes.fromhex(step.carries["challenge"]),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json(options)


def finish_adding(ctx: Context, step_token: str, answer: str, place: Place, *, keep_session: str) -> None:
    """Keep the passkey a browser made; other sessions end. The step is used up whatever comes of it.

    Raises ``NotAllowed`` (``sign_in.step_over``, ``passkey.refused``).
    """
    now = ctx.now()
    with ctx.store.writing() as store:
        step = step_at(store, step_token, PASSKEY_NEW, now)
        person = person_at(store, step)
        store.remove(DoorStep, id=step.id)
    made = _made(answer, step, person, place, now)
    with ctx.store.writing() as store:
        try:
            store.add(made)
        except Conflict:
            raise NotAllowed("passkey.refused") from None
        ended = end_sessions(store, person.id, now, but=keep_session)
        _log(store, Action.PASSKEY_ADDED, person.id, now, sessions_ended=ended)


def _made(answer: str, step: DoorStep, person: Person, place: Place, now: datetime) -> Passkey:
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import CredentialDeviceType

    try:
        made = verify_registration_response(
            credential=answer[:_LONGEST_ANSWER],
            expected_challenge=bytes.fromhex(step.carries["challenge"]),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _bad_answers() as error:
        raise NotAllowed("passkey.refused") from error
    return Passkey(
        id=bytes_to_base64url(made.credential_id),
        person_id=person.id,
        public_key=made.credential_public_key.hex(),
        name=step.carries["name"],
        sign_count=made.sign_count,
        can_be_copied=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        is_copied=made.credential_backed_up,
        added_at=now,
    )


def begin_asking(ctx: Context) -> str:
    """Return the token of the step in which a browser may answer with any passkey of this house."""
    with ctx.store.writing() as store:
        return set_step(store, PASSKEY, "", ctx.now(), challenge=new_challenge())


def request_options(ctx: Context, step_token: str, place: Place) -> str:
    """Return what the browser is asked, as JSON; empty where this step's person has no passkey."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    with ctx.store.reading() as store:
        step = _asking(store, step_token, ctx.now())
        known = store.find(Passkey, person_id=step.person_id) if step.person_id else []
    if step.kind == CODE and not known:
        return ""
    options = generate_authentication_options(
        rp_id=place.host,
        challenge=bytes.fromhex(step.carries["challenge"]),
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in_with(ctx: Context, step_token: str, answer: str, place: Place, address: str, *, browser: str = "") -> str:
    """Return the token of a new session for who holds the passkey that answered.

    Raises ``NotAllowed``: ``passkey.refused`` for every reason alike, ``sign_in.step_over``, ``sign_in.wait``.
    """
    now = ctx.now()
    with ctx.store.writing() as store:
        step = _asking(store, step_token, now)
        attempt = count_try(ctx, store, f"passkey:{step.id[:16]}", address, now)
        # One answer for each question, the wrong ones too.
        store.put(replace(step, carries={**step.carries, "challenge": new_challenge()}))
    with ctx.store.writing() as store:
        passkey = _answered(store, step, answer, place)
        person = store.get(Person, passkey.person_id)
        if person is None or not person.active:
            raise NotAllowed("passkey.refused")
        store.put(replace(passkey, used_at=now))
        store.put(replace(attempt, succeeded=True))
        store.remove(DoorStep, id=step.id)
        return begin_session(store, person, now, way=Way.PASSKEY, browser=browser)


def _answered(store: Reading, step: DoorStep, answer: str, place: Place) -> Passkey:
    """Return the passkey that signed the question of this step, its counter moved on; raises ``NotAllowed``."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
    from webauthn.helpers.structs import CredentialDeviceType

    try:
        given = parse_authentication_credential_json(answer[:_LONGEST_ANSWER])
        passkey = store.get(Passkey, bytes_to_base64url(given.raw_id))
        if passkey is None or step.person_id not in {"", passkey.person_id}:
            raise NotAllowed("passkey.refused")
        handle = given.response.user_handle
        if handle != passkey.person_id.encode() and not (handle is None and step.person_id):
            raise NotAllowed("passkey.refused")
        proof = verify_authentication_response(
            credential=given,
            expected_challenge=bytes.fromhex(step.carries["challenge"]),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes.fromhex(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _bad_answers() as error:
        raise NotAllowed("passkey.refused") from error
    # Whether a key can be copied is said once, when it is made (Web Authentication, 6.1.3).
    if (proof.credential_device_type is CredentialDeviceType.MULTI_DEVICE) != passkey.can_be_copied:
        raise NotAllowed("passkey.refused")
    return replace(passkey, sign_count=proof.new_sign_count, is_copied=proof.credential_backed_up)


@command(Act.OWN_SETTINGS)
def remove_passkey(work: Work, *, passkey_id: str, keep_session: str = "") -> str:
    """Let one of one's own passkeys hold no more; other sessions end. Somebody else's is unknown (``Conflict``)."""
    passkey = work.store.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != work.who.id:
        raise Conflict("passkey.gone")
    work.store.remove(Passkey, id=passkey.id)
    ended = end_sessions(work.store, work.who.id, work.now, but=keep_session)
    work.log(Action.PASSKEY_REMOVED, work.who.id, sessions_ended=ended)
    return work.who.id


def _asking(store: Reading, step_token: str, now: datetime) -> DoorStep:
    step = store.get(DoorStep, session_id(step_token)) if step_token else None
    return step_at(store, step_token, CODE if step is not None and step.kind == CODE else PASSKEY, now)


def _described(known: Sequence[Passkey]) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id)) for passkey in known]


def _bad_answers() -> tuple[type[Exception], ...]:
    """Every way in which the library says that an answer is none, its own errors and what it lets through."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, TypeError, LookupError, AttributeError, EOFError


def _log(store: Writing, action: Action, person_id: str, now: datetime, **details: object) -> None:
    store.append(NewEntry(action=action, actor=person_id, plane=Plane.REAL, subject=person_id, at=now, details=details))
