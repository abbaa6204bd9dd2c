"""Keep the list of what was erased at a place outside the store, and erase again what a store put back has back.

Verbs note what they erase in their own transaction (``use_cases/erasures.py``); the worker copies the notes outside a
moment later.
"""

from dataclasses import replace
from typing import Final

from command_center.domain.connections import Connection
from command_center.domain.erasures import Erased, Erasure
from command_center.domain.people import Person
from command_center.domain.response_log import Action
from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.use_cases.command import Work, housework
from command_center.use_cases.connect import without_key
from command_center.use_cases.deposit import clear_trouble, keep_trouble
from command_center.use_cases.erasures import next_number
from command_center.use_cases.personal_data import empty_person

WHY: Final = "privacy.erased_before"


def keep_quietly(ctx: Context) -> None:
    """Do ``keep_erasures``; a place that fails is kept as a trouble and stops nothing else."""
    if ctx.erasures is None:
        return
    try:
        keep_erasures(ctx)
    except CommandCenterError as error:
        if error.code != "erasures.failed":
            raise
        keep_trouble(ctx, ctx.erasures.place, error, again=False)
    else:
        clear_trouble(ctx, ctx.erasures.place)


def keep_erasures(ctx: Context) -> int:
    """Write outside what only the store knows, and erase again what only the place outside knows; returns how many.

    Raises ``CommandCenterError`` ("erasures.failed").
    """
    if ctx.erasures is None:
        return 0
    with ctx.store.reading() as store:
        newest = next_number(store)
        if ctx.erasures.settled(newest):
            return 0
        inside = store.find(Erasure, order="number")
    outside = ctx.erasures.read()
    known, written = {each.id for each in inside}, {each.id for each in outside}
    ctx.erasures.append(each for each in inside if each.id not in written)
    lacking = [each for each in outside if each.id not in known]
    for erasure in lacking:
        erase_again(ctx, f"erase-again:{erasure.id}", erasure=erasure)
    ctx.erasures.settle(newest + len(lacking))
    return len(lacking)


@housework
def erase_again(work: Work, *, erasure: Erasure) -> str:
    """Erase what a store that was put back has back; returns how many records that were."""
    gone = _ERASERS[erasure.kind](work, erasure)
    work.store.add(replace(erasure, number=next_number(work.store)))
    if gone:
        work.log(Action.ERASED_AGAIN, erasure.kind.value, kind=erasure.kind.value, records=gone)
    return str(gone)


def _mentions(work: Work, erasure: Erasure) -> int:
    return len(work.store.erase(erasure.subjects))


def _log_texts(work: Work, erasure: Erasure) -> int:
    # After a restore other entries get the same numbers; only the very same entry loses its texts.
    named = {int(number): hash_ for number, _, hash_ in (each.partition(" ") for each in erasure.subjects)}
    found = [entry.number for entry in work.store.log(number=tuple(named)) if entry.hash == named[entry.number]]
    return work.store.erase_texts(found, fields=erasure.fields, at=work.now, why=WHY)


def _person(work: Work, erasure: Erasure) -> int:
    people = [person for each in erasure.subjects if (person := work.store.get(Person, each)) is not None]
    for person in people:
        empty_person(work, replace(person, active=False), why=WHY)
    return len(people)


def _key(work: Work, erasure: Erasure) -> int:
    found = [key for each in erasure.subjects if (key := work.store.get(Connection, each)) is not None]
    old = [key for key in found if key.active and key.connected_at <= erasure.at]
    for key in old:
        work.store.put(without_key(key))
    return len(old)


_ERASERS: Final = {
    Erased.MENTIONS: _mentions,
    Erased.LOG_TEXTS: _log_texts,
    Erased.PERSON: _person,
    Erased.KEY: _key,
}
