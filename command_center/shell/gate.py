"""``check-text``: what the gate would say to a text, or to many, without publishing anything."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from command_center.domain.mentions import Plane
from command_center.domain.one_voice import Decision, Draft, House, decide
from command_center.domain.people import Act, Person
from command_center.errors import BadInput, NotFound
from command_center.ports import Context
from command_center.shell.frame import FAILED, AsJson, house, language
from command_center.texts import say
from command_center.use_cases.ask_gate import account_named, as_data, house_of
from command_center.use_cases.command import SHELL, entitled


def check_text(
    text: Annotated[str, typer.Argument(help="The text; left out when --file is given.")] = "",
    account: Annotated[str, typer.Option(help="The account's handle or id.")] = "",
    file: Annotated[Path | None, typer.Option(help='JSON lines {"id": …, "text": …}; - for stdin.')] = None,
    as_person: Annotated[str, typer.Option("--as", help="Ask as this person (login).")] = "",
    practice: Annotated[bool, typer.Option(help="Look in the practice plane.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the gate about a text for an account; exit code 1 when it is refused."""
    with house(as_json) as ctx:
        asked = _house(ctx, account, as_person, Plane.PRACTICE if practice else Plane.REAL)
        if file is None:
            decision = decide(Draft(text=text, person_id=asked[1]), asked[0])
            _say(decision, as_json)
            refused = not decision.allowed
        else:
            refused = False
            for identity, line in _lines(file):
                decision = decide(Draft(text=line, person_id=asked[1]), asked[0])
                print(json.dumps({"id": identity, **told(decision)}, ensure_ascii=False, sort_keys=True))
                refused = refused or not decision.allowed
    if refused:
        raise typer.Exit(FAILED)


def _house(ctx: Context, account: str, login: str, plane: Plane) -> tuple[House, str]:
    with ctx.store.reading() as store:
        people = store.find(Person, login=login.casefold()) if login else []
        if login and not people:
            raise NotFound("people.no_such_login", login=login)
        person = entitled(store, people[0].id if people else SHELL, Act.CHECK_TEXT)
        return house_of(store, account_named(store, account, plane), person, ctx.now(), past=True), person.id


def _lines(file: Path) -> Iterator[tuple[Any, str]]:
    try:
        opened = sys.stdin if str(file) == "-" else file.open(encoding="utf-8")
    except OSError as error:
        raise BadInput("check.unreadable", file=str(file), reason=error.strerror or str(error)) from error
    with opened as lines:
        for number, line in enumerate(_decoded(lines, file), 1):
            if line.strip():
                yield _parsed(line, number, file)


def _decoded(lines: Any, file: Path) -> Iterator[str]:
    try:
        yield from lines
    except UnicodeDecodeError as error:
        raise BadInput("check.not_utf8", file=str(file)) from error


def _parsed(line: str, number: int, file: Path) -> tuple[Any, str]:
    try:
        data = json.loads(line)
        identity, text = data.get("id", number), data["text"]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise BadInput("check.line_unreadable", file=str(file), line=number) from error
    if not isinstance(text, str):
        raise BadInput("check.line_unreadable", file=str(file), line=number)
    return identity, text


def told(decision: Decision) -> dict[str, Any]:
    """Return a decision as programs read it, with its sentence."""
    return {**as_data(decision), "sentence": say(language(), decision.reason.value, detail=decision.detail)}


def _say(decision: Decision, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told(decision), ensure_ascii=False, sort_keys=True))
        return
    print(say(language(), "check.allowed" if decision.allowed else "check.refused"))
    print(say(language(), decision.reason.value, detail=decision.detail))
    if decision.nearest:
        print(say(language(), "check.nearest", title=decision.nearest.title, text=decision.nearest.text))
