"""The people of the house: adding them, what they are, and their own settings.

Reading and writing both ask ``domain/people.py`` whether the person may.
"""

from collections.abc import Iterable
from dataclasses import replace

from command_center.domain.names import clean_email, clean_login, clean_name
from command_center.domain.people import Act, Credential, DoorStep, Person, Role
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict
from command_center.ports import Caller, Context, Writing
from command_center.use_cases.command import Work, asking, command, entitled
from command_center.use_cases.invite import keep_invitation
from command_center.use_cases.passwords import check_password
from command_center.use_cases.sign_in import end_sessions, prove

LANGUAGES = ("", "de", "en")


def list_people(ctx: Context, *, reader: str) -> list[Person]:
    """Return everybody, the active first, by name."""
    with ctx.store.reading() as store:
        entitled(store, reader, Act.READ_PEOPLE)
        return sorted(store.find(Person), key=lambda person: (not person.active, person.name.casefold()))


def add_person(
    ctx: Context,
    caller: Caller,
    *,
    login: str,
    name: str,
    roles: Iterable[Role],
    password: str = "",
    invitation: str = "",
    email: str = "",
    phone: str = "",
    language: str = "",
) -> str:
    """Add somebody who can sign in once they took their ``invitation`` (of ``new_code``); returns their id.

    A ``password`` given instead is for scripts: who adds people by hand doesn't know theirs.

    Raises:
        Conflict: ``people.login_taken``.
        BadInput: a value that can't be used, or no role.
    """
    login = clean_login(login)
    if password:
        check_password(password, login=login, about=(ctx.house, name, email))
    asking(ctx, caller, Act.WRITE_PEOPLE)
    return _store_person(
        ctx,
        caller,
        login=login,
        name=clean_name(name),
        roles=_clean_roles(roles),
        email=clean_email(email),
        phone=_clean_phone(phone),
        language=_clean_language(language),
        password_hash=ctx.hash_password(password) if password else "",
        invitation=invitation,
    )


@command(Act.WRITE_PEOPLE)
def _store_person(
    work: Work,
    *,
    login: str,
    name: str,
    roles: tuple[Role, ...],
    email: str,
    phone: str,
    language: str,
    password_hash: str,
    invitation: str,
) -> str:
    if work.store.find(Person, login=login, limit=1):
        raise Conflict("people.login_taken", login=login)
    person = Person(
        id=work.ctx.new_id(),
        login=login,
        name=name,
        roles=roles,
        email=email,
        phone=phone,
        language=language,
        created_at=work.now,
    )
    work.store.add(person)
    work.store.add(Credential(id=person.id, password_hash=password_hash, changed_at=work.now))
    if invitation:
        keep_invitation(work, person.id, invitation)
    work.log(Action.PERSON_ADDED, person.id, roles=[role.value for role in roles])
    return person.id


@command(Act.WRITE_PEOPLE)
def change_roles(work: Work, *, person_id: str, roles: Iterable[Role]) -> str:
    """Give a person exactly these roles; the last active administrator stays one."""
    person, wanted = work.need(Person, person_id), _clean_roles(roles)
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(work.store, person)
    work.store.put(replace(person, roles=wanted))
    work.log(
        Action.PERSON_CHANGED,
        person.id,
        roles=[role.value for role in wanted],
        before=[role.value for role in person.roles],
    )
    return person.id


@command(Act.WRITE_PEOPLE)
def disable_person(work: Work, *, person_id: str) -> str:
    """Keep somebody out from now on and end their sessions; the log still names them."""
    person = work.need(Person, person_id)
    _keep_an_administrator(work.store, person)
    work.store.put(replace(person, active=False))
    work.store.remove(DoorStep, person_id=person.id)
    ended = end_sessions(work.store, person.id, work.now)
    work.log(Action.PERSON_DISABLED, person.id, sessions_ended=ended)
    return person.id


@command(Act.WRITE_PEOPLE)
def enable_person(work: Work, *, person_id: str) -> str:
    """Let a disabled person sign in again."""
    person = work.need(Person, person_id)
    work.store.put(replace(person, active=True))
    work.log(Action.PERSON_CHANGED, person.id, active=True)
    return person.id


def set_password(
    ctx: Context, caller: Caller, *, current: str, password: str, keep_session: str = "", address: str = ""
) -> str:
    """Change one's own password; every other session of this person ends.

    Raises:
        NotAllowed: the current password is wrong, or was guessed too often.
        BadInput: the new password can't be used.
    """
    person = asking(ctx, caller, Act.OWN_SETTINGS)
    check_password(password, login=person.login, about=(ctx.house, person.name, person.email))
    prove(ctx, person.login, current, address or "own settings")
    return _store_own_password(ctx, caller, password_hash=ctx.hash_password(password), keep_session=keep_session)


@command(Act.OWN_SETTINGS)
def _store_own_password(work: Work, *, password_hash: str, keep_session: str) -> str:
    work.store.put(Credential(id=work.who.id, password_hash=password_hash, changed_at=work.now))
    ended = end_sessions(work.store, work.who.id, work.now, but=keep_session)
    work.log(Action.PERSON_CHANGED, work.who.id, password=True, sessions_ended=ended)
    return work.who.id


@command(Act.OWN_SETTINGS)
def set_language(work: Work, *, language: str) -> str:
    """Choose the language one reads; empty means the house's."""
    work.store.put(replace(work.who, language=_clean_language(language)))
    work.log(Action.PERSON_CHANGED, work.who.id, language=language)
    return work.who.id


@command(Act.OWN_SETTINGS)
def set_contact(work: Work, *, email: str, phone: str) -> str:
    """Say where alerts and questions reach one."""
    work.store.put(replace(work.who, email=clean_email(email), phone=_clean_phone(phone)))
    work.log(Action.PERSON_CHANGED, work.who.id, contact=True)
    return work.who.id


def _keep_an_administrator(store: Writing, person: Person) -> None:
    if not (person.active and Role.ADMINISTRATOR in person.roles):
        return
    others = [
        other
        for other in store.find(Person, active=True)
        if other.id != person.id and Role.ADMINISTRATOR in other.roles
    ]
    if not others:
        raise Conflict("people.last_administrator")


def _clean_roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    wanted = set(roles)
    if not wanted:
        raise BadInput("people.no_role")
    return tuple(role for role in Role if role in wanted)


def _clean_phone(phone: str) -> str:
    text = " ".join(phone.split())
    if text and not (len(text) <= 40 and set(text) <= set("+0123456789 ()/-.")):
        raise BadInput("people.bad_phone")
    return text


def _clean_language(language: str) -> str:
    if language not in LANGUAGES:
        raise BadInput("people.bad_language", language=language)
    return language
