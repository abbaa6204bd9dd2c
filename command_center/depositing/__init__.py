"""Places where signed heads of the log are left, made from the addresses in the settings: ``kind:where``.

A new kind is one class with the port ``Depositor`` and one line in ``KINDS``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from command_center.depositing.file import FileDepositor
from command_center.depositing.git import GitDepositor
from command_center.depositing.tell import TellDepositor
from command_center.depositing.time_stamp import TimeStampDepositor
from command_center.errors import BadInput
from command_center.notary import Depositor

KINDS: Final[Mapping[str, Callable[[str, str], tuple[str, Depositor]]]] = {
    "file": lambda where, _language: (f"file:{where}", FileDepositor(where)),
    "git": lambda where, _language: (f"git:{where}", GitDepositor(where)),
    "tell": TellDepositor.at,
    "tsa": lambda where, _language: (f"tsa:{where}", TimeStampDepositor(where)),
}


def depositors(addresses: Sequence[str], language: str) -> dict[str, Depositor]:
    """Return the places by name; raises ``BadInput`` ("deposit.unknown_kind", "notifying.address_unreadable")."""
    found = {}
    for address in addresses:
        kind, _, where = address.partition(":")
        if kind not in KINDS or not where:
            raise BadInput("deposit.unknown_kind", kind=kind[:20], kinds=", ".join(KINDS))
        place, depositor = KINDS[kind](where, language)
        found[place] = depositor
    return found
