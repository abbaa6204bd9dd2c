"""What every command shares: the context, the language, plain or JSON output, and honest exit codes."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from command_center.bootstrap import build
from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.settings import Settings, read_settings
from command_center.texts import say, say_error

FAILED: Final = 1
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, one object per line.")]


def language() -> str:
    """Return the language of the shell: the house's setting, English where the settings can't be read."""
    try:
        return read_settings(os.environ).language
    except CommandCenterError:
        return "en"


def tell(code: str, /, **values: object) -> None:
    """Print a sentence of the catalogue."""
    print(say(language(), code, **values))


def answer(as_json: bool, data: Mapping[str, Any], code: str, /, **values: object) -> None:
    """Print an answer as one JSON object or as a sentence."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False, sort_keys=True, default=str))
    else:
        tell(code, **values)


def fail(error: CommandCenterError, as_json: bool) -> typer.Exit:
    """Print an error where errors belong and return the exit it asks for."""
    sentence = say_error(language(), error)
    if as_json:
        details = {name: str(value) for name, value in error.values.items()}
        print(json.dumps({"error": error.code, "sentence": sentence, **details}, ensure_ascii=False, sort_keys=True))
    else:
        print(sentence, file=sys.stderr)
    return typer.Exit(FAILED)


@contextlib.contextmanager
def house(as_json: bool) -> Iterator[Context]:
    """Open the house for a command; any expected failure becomes one sentence and exit code 1."""
    with failing_clearly(as_json):
        ctx = build(settings())
        try:
            yield ctx
        finally:
            ctx.store.close()


@contextlib.contextmanager
def failing_clearly(as_json: bool) -> Iterator[None]:
    """Turn an expected failure into one sentence and exit code 1."""
    try:
        yield
    except CommandCenterError as error:
        raise fail(error, as_json) from error
    except BrokenPipeError as error:
        # The reader of our output has gone; there is nobody left to tell.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives until the process ends
        raise typer.Exit(FAILED) from error


def settings() -> Settings:
    """Read the settings; raises ``BadInput``."""
    return read_settings(os.environ)
