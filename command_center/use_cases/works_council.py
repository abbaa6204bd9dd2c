"""The works council's mode: whether what looks back names colleagues by pseudonym.

It is asked for when the house is opened; one person switches it on, two switch it off, the second an auditor.
"""

from typing import Final

from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.ports import Context, Reading, Setting, Writing
from command_center.use_cases.command import Work, command
from command_center.use_cases.two_people import be_second
from command_center.use_cases.write_statement import require_reason

MODE: Final = "works_council"


def names_are_sealed(ctx: Context, store: Reading) -> bool:
    """Tell whether the mode is on: as the settings of the machine say, else as the house has chosen."""
    if ctx.names_sealed is not None:
        return ctx.names_sealed
    chosen = store.get(Setting, MODE)
    return bool(chosen and chosen.value.get("on"))


def wish_to_end(store: Reading) -> dict[str, str]:
    """Return who asked for the mode to end, and why; empty when nobody did."""
    chosen = store.get(Setting, MODE)
    return dict(chosen.value.get("ending", {})) if chosen else {}


def choose_mode(store: Writing, *, on: bool) -> None:
    """Keep what was chosen when the house was opened."""
    store.put(Setting(id=MODE, value={"on": on}))


@command(Act.PROTECT_DATA)
def seal_names(work: Work) -> str:
    """Switch the mode on, or take back the wish to end it; raises ``Conflict``."""
    _changeable(work)
    if names_are_sealed(work.ctx, work.store) and not wish_to_end(work.store):
        raise Conflict("privacy.mode_is_on")
    choose_mode(work.store, on=True)
    work.log(Action.NAMES_SEALED, "house")
    return MODE


@command(Act.PROTECT_DATA)
def ask_to_show_names(work: Work, *, reason: str) -> str:
    """Ask for the mode to end, as the first of two people; raises ``BadInput`` without a reason, ``Conflict``."""
    _changeable(work)
    require_reason(reason)
    _standing(work)
    ending = {"asked_by": work.who.id, "at": work.now.isoformat(), "reason": reason.strip()}
    work.store.put(Setting(id=MODE, value={"on": True, "ending": ending}))
    work.log(Action.NAMES_END_ASKED, "house", reason=reason.strip())
    return MODE


@command(Act.UNSEAL_NAMES)
def agree_to_show_names(work: Work) -> str:
    """End the mode as the second person.

    Raises:
        NotAllowed: ``privacy.other_person`` - nobody agrees to their own wish.
        Conflict: nobody asked, or who asked is gone.
    """
    _changeable(work)
    _standing(work)
    ending = wish_to_end(work.store)
    if not ending:
        raise Conflict("privacy.nobody_asked_to_end")
    be_second(work, ending["asked_by"], Act.PROTECT_DATA, same="privacy.other_person")
    choose_mode(work.store, on=False)
    work.log(Action.NAMES_SHOWN, "house", person=ending["asked_by"], reason=ending["reason"])
    return MODE


def _changeable(work: Work) -> None:
    if work.ctx.names_sealed is not None:
        raise Conflict("privacy.mode_is_fixed")


def _standing(work: Work) -> None:
    if not names_are_sealed(work.ctx, work.store):
        raise Conflict("privacy.mode_is_off")
