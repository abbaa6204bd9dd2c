"""How a changing verb runs: one transaction, the right checked, the log written, never twice.

A verb is a function of a ``Work`` and named arguments; ``@command`` turns it into
``verb(ctx, caller, …) -> result``. The result is the id of what was made or changed.
"""

import functools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Concatenate, Final, ParamSpec

from command_center.domain.clients import CLIENT, Client, Scope
from command_center.domain.log_texts import split
from command_center.domain.mentions import Plane
from command_center.domain.people import SHELL as SHELL
from command_center.domain.people import SYSTEM as SYSTEM
from command_center.domain.people import Act, Person, Role, may
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import Conflict, NotAllowed, NotFound
from command_center.ports import Caller, Context, R, Reading, Request, Writing
from command_center.use_cases.refusals import note_refusal
from command_center.use_cases.stand_in import may_now

P = ParamSpec("P")

_SHELL_ROLES: Final = (Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a verb works with inside its transaction."""

    ctx: Context
    store: Writing
    who: Person
    now: datetime
    request_id: str

    def log(
        self, action: Action, subject: str, *, plane: Plane = Plane.REAL, incident_id: str = "", **details: object
    ) -> None:
        """Append one entry about what this verb did; what people wrote can be erased from it later."""
        open_, texts = split(details, lambda: secrets.token_hex(32))
        self.store.append(
            NewEntry(
                action=action,
                actor=self.who.id,
                plane=plane,
                subject=subject,
                at=self.now,
                incident_id=incident_id,
                request_id=self.request_id,
                details=open_,
                texts=texts,
            )
        )

    def need(self, kind: type[R], identity: str) -> R:
        """Return the record; raises ``NotFound``."""
        return need(self.store, kind, identity)


def need(store: Reading, kind: type[R], identity: str) -> R:
    """Return the record; raises ``NotFound`` naming its kind and id."""
    found = store.get(kind, identity)
    if found is None:
        raise NotFound("store.not_found", kind=kind.__name__, id=identity)
    return found


def entitled(store: Reading, person_id: str, act: Act, now: datetime | None = None) -> Person:
    """Return the person if they may do the act; with ``now`` also as the deputy of somebody who is away.

    Raises ``NotAllowed``.
    """
    person = who_is_meant(store, person_id)
    if person is None or not person.active:
        raise NotAllowed("people.not_active")
    if not may(person, act) and (now is None or not may_now(store, person, act, now)):
        raise NotAllowed("people.no_right", act=act.value)
    return person


def who_is_meant(store: Reading, identity: str) -> Person | None:
    """Return the person with this id; the shell and a client of the gate count as persons with few rights."""
    if identity == SHELL:
        return _shell_person()
    if identity.startswith(CLIENT):
        client = store.get(Client, identity.removeprefix(CLIENT))
        return None if client is None else client_person(client)
    return store.get(Person, identity)


def client_person(client: Client) -> Person:
    """Return a client of the gate as the person it counts as."""
    speaks = Scope.PUBLISH in client.scopes or Scope.CHECK in client.scopes
    return Person(
        id=client.actor,
        login=client.actor,
        name=client.name,
        roles=(Role.CO_MANAGER,) if speaks else (),
        active=client.active,
        created_at=client.created_at,
    )


@contextmanager
def looking(ctx: Context, person_id: str, act: Act) -> Iterator[Reading]:
    """Open a read transaction for somebody entitled to it; raises ``NotAllowed``."""
    with ctx.store.reading() as store:
        entitled(store, person_id, act, ctx.now())
        yield store


def asking(ctx: Context, caller: Caller, act: Act, **about: object) -> Person:
    """Return who wants to change something outside a command, such as at a network first; a refusal is logged.

    Raises ``NotAllowed``.
    """
    try:
        with ctx.store.reading() as store:
            return entitled(store, caller.person_id, act, ctx.now())
    except NotAllowed as refused:
        note_refusal(ctx, caller, act, refused, about)
        raise


def _shell_person() -> Person:
    return Person(id=SHELL, login=SHELL, name=SHELL, roles=_SHELL_ROLES, created_at=datetime.min.replace(tzinfo=UTC))


def system_person(now: datetime) -> Person:
    """Return the actor that stands for the house itself: it holds no role."""
    return Person(id=SYSTEM, login=SYSTEM, name=SYSTEM, roles=(), created_at=now)


Verb = Callable[Concatenate[Work, P], str]
Command = Callable[Concatenate[Context, Caller, P], str]


def command(act: Act) -> Callable[[Verb[P]], Command[P]]:
    """Make a verb a command: it needs the right for ``act`` and carries a request id; a refusal is logged."""

    def wrap(verb: Callable[Concatenate[Work, P], str]) -> Callable[Concatenate[Context, Caller, P], str]:
        @functools.wraps(verb)
        def run(ctx: Context, caller: Caller, /, *args: P.args, **kwargs: P.kwargs) -> str:
            try:
                with ctx.store.writing() as store:
                    person = entitled(store, caller.person_id, act, ctx.now())
                    return _once(ctx, store, person, caller.request_id, verb, *args, **kwargs)
            except NotAllowed as refused:
                note_refusal(ctx, caller, act, refused, kwargs)
                raise

        run.__dict__["act"] = act
        return run

    return wrap


def housework(verb: Callable[Concatenate[Work, P], str]) -> Callable[Concatenate[Context, str, P], str]:
    """Make a verb something the house does by itself; it takes a request id instead of a caller."""

    @functools.wraps(verb)
    def run(ctx: Context, request_id: str, /, *args: P.args, **kwargs: P.kwargs) -> str:
        with ctx.store.writing() as store:
            return _once(ctx, store, system_person(ctx.now()), request_id, verb, *args, **kwargs)

    run.__dict__["housework"] = True
    return run


def _once(
    ctx: Context,
    store: Writing,
    person: Person,
    request_id: str,
    verb: Callable[Concatenate[Work, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> str:
    earlier = store.get(Request, request_id)
    if earlier is not None:
        if (earlier.command, earlier.person_id) != (verb.__name__, person.id):
            raise Conflict("command.request_id_taken")
        return earlier.result
    now = ctx.now()
    result = verb(Work(ctx=ctx, store=store, who=person, now=now, request_id=request_id), *args, **kwargs)
    store.add(Request(id=request_id, command=verb.__name__, person_id=person.id, result=result, at=now))
    return result
