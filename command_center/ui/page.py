"""What a page works with: the context, who reads it, in which words and plane, and how to act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.ports import Caller, Context
from command_center.ui import visitor
from command_center.ui.acts import Acts, Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as one person sees it in this run; made by ``open_page``."""

    code: str
    wanted: Act | None
    ctx: Context
    person: Person
    language: str
    zone: str
    plane: Plane
    now: datetime
    # In whose past this person reads names, see ``use_cases/unseal.py``.
    names: frozenset[str] = frozenset({""})

    def say(self, code: str, /, **values: object) -> str:
        """Return the sentence for a code."""
        return texts.say(self.language, code, **values)

    def word(self, value: Enum, /) -> str:
        """Return the word for a posture, role, state or act."""
        return texts.say(self.language, f"{type(value).__name__.lower()}.{value.value}")

    def moment(self, at: datetime) -> str:
        """Write date, time and zone."""
        return texts.moment(self.language, self.zone, at)

    def clock(self, at: datetime) -> str:
        """Write time and zone."""
        return texts.clock(self.language, self.zone, at)

    def ago(self, at: datetime) -> str:
        """Write when something was or will be, seen from now."""
        return texts.ago(self.language, at, self.now)

    def number(self, value: float) -> str:
        """Write a number."""
        return texts.number(self.language, value)

    def may(self, act: Act) -> bool:
        """Tell whether this person may do the act, for hiding what they can't; the use case asks again."""
        return visitor.may(self.person, act)

    def act(
        self,
        form: str,
        verb: Callable[..., object],
        /,
        *,
        done: str = "",
        then: Callable[[], None] | None = None,
        clear: tuple[str, ...] = (),
        **arguments: object,
    ) -> Callable[[], None]:
        """Return a callback for ``on_click`` that carries out ``verb(ctx, caller, **arguments)`` once.

        ``form`` names the form on the page. An argument ``typed("key")`` is read from that widget when
        clicked. ``done`` is the code of the sentence shown afterwards, ``clear`` are text fields and multiple
        choices to empty, ``then`` runs after success. An error becomes a sentence: see ``trouble``.
        """
        deed = Deed(
            name=verb.__name__,
            run=lambda caller, given: verb(self.ctx, caller, **given),
            arguments=arguments,
            done=done,
            then=then,
            clear=clear,
        )
        return Acts(self.code, self.language).callback(form, deed, visitor.caller)

    def caller(self, form: str) -> Caller:
        """Return the caller for a verb that a page runs itself, outside a callback."""
        return visitor.caller(Acts(self.code, self.language).request_id(form))

    def trouble(self, form: str) -> None:
        """Show here what went wrong with a form, if anything did."""
        Acts(self.code, self.language).show_trouble(form)

    def again(self) -> "Page":
        """Return the page as of now, for a part that refreshes itself; stops when the person has to leave."""
        person = visitor.entitled(visitor.present(touch=False), self.wanted)
        return replace(self, person=person, now=self.ctx.now(), names=visitor.names_read_by(person))
