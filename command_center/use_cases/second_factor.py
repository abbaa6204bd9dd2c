"""The second factor: asked for after the password, set up by each person, taken away by an administrator."""

from dataclasses import dataclass, replace
from datetime import datetime

from command_center.domain.mentions import Plane
from command_center.domain.people import Act, DoorStep, Passkey, Person, SignInAttempt, Way
from command_center.domain.response_log import Action, NewEntry
from command_center.domain.second_factor import (
    SecondFactor,
    SecondFactorRule,
    hash_of,
    new_recovery_codes,
    new_secret,
    otpauth_link,
    taken_step,
    without_code,
)
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Context, Setting, Writing
from command_center.use_cases.command import Work, command, entitled
from command_center.use_cases.door_steps import CODE, FACTOR, person_at, set_step, step_at
from command_center.use_cases.sign_in import SECOND_FACTOR_RULE, begin_session, end_sessions, prove
from command_center.use_cases.throttle import count_try, note_failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an authenticator app needs: the secret to type, and the same as a link."""

    secret: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A second factor that was set up: the token of the session that begins, and the codes to write down."""

    token: str
    recovery_codes: tuple[str, ...]


def finish_sign_in(ctx: Context, step_token: str, code: str, address: str, *, browser: str = "") -> str:
    """Return the token of a new session for a right code of the app, or a recovery code, each taken once.

    Raises:
        NotAllowed: ``second_factor.wrong``; ``sign_in.step_over`` when the password must be given again;
            ``sign_in.wait`` after too many tries.
    """
    now = ctx.now()
    attempt = _counted(ctx, step_token, CODE, address, now)
    with ctx.store.writing() as store:
        step = step_at(store, step_token, CODE, now)
        person = person_at(store, step)
        if _uses_up(ctx, store, person, code, now):
            store.put(replace(attempt, succeeded=True))
            store.remove(DoorStep, id=step.id)
            return begin_session(store, person, now, way=Way.SECOND_FACTOR, browser=browser)
        note_failure(store, attempt, person.id)
    raise NotAllowed("second_factor.wrong")


def asks_for_code(ctx: Context, step_token: str) -> bool:
    """Tell whether who is in this step has an app, or recovery codes, to take a code from."""
    with ctx.store.reading() as store:
        return store.get(SecondFactor, step_at(store, step_token, CODE, ctx.now()).person_id) is not None


def begin_set_up(ctx: Context, person_id: str, *, password: str, code: str, address: str) -> str:
    """Return the token of the step that sets up a second factor for somebody who is signed in.

    The password is asked for again; who has a second factor already gives a code of it too.
    """
    person = prove_again(ctx, person_id, password=password, code=code, address=address)
    sealed = ctx.vault.seal(person.id, {"secret": new_secret()})
    with ctx.store.writing() as store:
        return set_step(store, FACTOR, person.id, ctx.now(), sealed=sealed)


def prove_again(ctx: Context, person_id: str, *, password: str, code: str, address: str) -> Person:
    """Return somebody signed in who gave their password again, and a code where they have an app; ``NotAllowed``."""
    now = ctx.now()
    with ctx.store.reading() as store:
        person = entitled(store, person_id, Act.OWN_SETTINGS)
    prove(ctx, person.login, password, address)
    with ctx.store.writing() as store:
        if store.get(SecondFactor, person.id) is None:
            return person
        attempt = count_try(ctx, store, _counter(person), address, now)
    with ctx.store.writing() as store:
        if _uses_up(ctx, store, person, code, now):
            store.put(replace(attempt, succeeded=True))
            return person
    raise NotAllowed("second_factor.wrong")


def set_up(ctx: Context, step_token: str, *, house: str) -> Setup:
    """Return what the app needs, for the step that sets a second factor up."""
    with ctx.store.reading() as store:
        step = step_at(store, step_token, FACTOR, ctx.now())
        person = person_at(store, step)
    secret = ctx.vault.unseal(person.id, step.carries["sealed"])["secret"]
    return Setup(secret=secret, link=otpauth_link(secret, login=person.login, house=house))


def finish_set_up(ctx: Context, step_token: str, code: str, address: str, *, browser: str = "") -> Ready:
    """Make the second factor hold once its first code is right: other sessions end, a new one begins.

    Raises ``NotAllowed`` as ``finish_sign_in`` does.
    """
    now = ctx.now()
    attempt = _counted(ctx, step_token, FACTOR, address, now)
    with ctx.store.writing() as store:
        step = step_at(store, step_token, FACTOR, now)
        person, sealed = person_at(store, step), step.carries["sealed"]
        taken = taken_step(ctx.vault.unseal(person.id, sealed)["secret"], code, at=now, last_step=0)
        if taken is not None:
            codes = new_recovery_codes()
            kept = tuple(hash_of(each) for each in codes)
            store.put(SecondFactor(id=person.id, sealed=sealed, last_step=taken, recovery=kept, added_at=now))
            store.put(replace(attempt, succeeded=True))
            store.remove(DoorStep, person_id=person.id)
            ended = end_sessions(store, person.id, now)
            _log(store, Action.SECOND_FACTOR_ADDED, person.id, now, sessions_ended=ended)
            token = begin_session(store, person, now, way=Way.SECOND_FACTOR, browser=browser)
            return Ready(token=token, recovery_codes=codes)
    raise NotAllowed("second_factor.wrong")


@command(Act.WRITE_PEOPLE)
def reset_second_factor(work: Work, *, person_id: str) -> str:
    """Take somebody's second factor and passkeys away, so that they can set up new ones; their sessions end."""
    person = work.need(Person, person_id)
    if not work.store.remove(SecondFactor, id=person.id) + work.store.remove(Passkey, person_id=person.id):
        raise Conflict("second_factor.none", name=person.name)
    work.store.remove(DoorStep, person_id=person.id)
    ended = end_sessions(work.store, person.id, work.now)
    work.log(Action.SECOND_FACTOR_RESET, person.id, sessions_ended=ended)
    return person.id


@command(Act.WRITE_PEOPLE)
def need_second_factor(work: Work, *, rule: SecondFactorRule) -> str:
    """Say who needs a second factor here; it is asked for at their next sign-in."""
    work.store.put(Setting(id=SECOND_FACTOR_RULE, value={"needed_for": rule.value}))
    work.log(Action.SECOND_FACTOR_RULE_SET, SECOND_FACTOR_RULE, needed_for=rule.value)
    return rule.value


def _counted(ctx: Context, step_token: str, kind: str, address: str, now: datetime) -> SignInAttempt:
    with ctx.store.writing() as store:
        person = person_at(store, step_at(store, step_token, kind, now))
        return count_try(ctx, store, _counter(person), address, now)


def _counter(person: Person) -> str:
    """Name what codes are counted under; no login has a colon."""
    return f"{person.login}:code"


def _uses_up(ctx: Context, store: Writing, person: Person, code: str, now: datetime) -> bool:
    """Tell whether the code is right, and see to it that it never is again."""
    factor = store.get(SecondFactor, person.id)
    if factor is None:
        return False
    secret = ctx.vault.unseal(person.id, factor.sealed)["secret"]
    step = taken_step(secret, code, at=now, last_step=factor.last_step)
    if step is not None:
        store.put(replace(factor, last_step=step))
        return True
    left = without_code(factor.recovery, code)
    if left is None:
        return False
    store.put(replace(factor, recovery=left))
    _log(store, Action.RECOVERY_CODE_USED, person.id, now, left=len(left))
    return True


def _log(store: Writing, action: Action, person_id: str, now: datetime, **details: object) -> None:
    store.append(NewEntry(action=action, actor=person_id, plane=Plane.REAL, subject=person_id, at=now, details=details))
