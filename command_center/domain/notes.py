"""A trouble kept beside the thing it befell: its code and values, to be said later in the reader's language."""

import json
from collections.abc import Mapping

from command_center.errors import CommandCenterError


def note_of(trouble: CommandCenterError) -> str:
    """Write a trouble down; it holds no secret, because a trouble's values never do."""
    values = {name: str(value)[:300] for name, value in trouble.values.items()}
    return json.dumps({"code": trouble.code, **values}, ensure_ascii=False, sort_keys=True)


def read_note(note: str) -> tuple[str, Mapping[str, str]] | None:
    """Return a note's code and values; None when it is plain words."""
    if not note.startswith("{"):
        return None
    try:
        found = json.loads(note)
    except ValueError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("code"), str):
        return None
    return found["code"], {str(name): str(value) for name, value in found.items() if name != "code"}
