"""Sends heads to people who keep them: by e-mail, or any other way Apprise knows."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import apprise

from command_center.domain.checkpoints import Head, Note, read_note
from command_center.errors import BadInput, CommandCenterError
from command_center.texts import say

_DAILY: Final = timedelta(days=1)


class TellDepositor:
    """One Apprise address; told once a day, and at once of what may not wait."""

    every = _DAILY

    def __init__(self, where: str, language: str) -> None:
        """Check the address; raises ``BadInput`` when Apprise can't read it."""
        self._where, self._language = where, language
        service: Any = apprise.Apprise.instantiate(where)
        if service is None:
            raise BadInput("notifying.address_unreadable", scheme=where.split("://", 1)[0][:20])
        self.place = f"tell:{service.url(privacy=True)}"

    @classmethod
    def at(cls, where: str, language: str) -> "tuple[str, TellDepositor]":
        """Return the place, with its password left out, and who takes heads there."""
        made = cls(where, language)
        return made.place, made

    def deposit(self, head: Head) -> str:
        """Send the head; returns nothing to prove it, the proof lies with whoever got it."""
        service = apprise.Apprise.instantiate(self._where)
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        checkpoint = read_note(head.note).checkpoint
        title = say(self._language, "deposit.mail_title", origin=checkpoint.origin, size=checkpoint.size)
        body = f"{say(self._language, 'deposit.mail_body')}\n\n{head.note}"
        if service is None or not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise CommandCenterError("deposit.failed", place=self.place, why="not accepted")
        return title

    def kept(self) -> Sequence[Note]:
        """Return nothing: what people have can't be asked for."""
        return ()
