"""YAML text as plain data with the line of every key and item.

Only what a plan needs is read: mappings, lists, texts, numbers, yes and no. Aliases, tags and deep
nesting are refused while the text is being read, so a small file can never grow into a large one.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from command_center.plan_files.problems import Finding, Path

DEEPEST: Final = 12
_WHOLE_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,12}")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_SYNTAX: Final = (
    (r"'\\t'|tab", "plan.yaml_tab"),
    (r"end of stream|document separator|expected ','", "plan.yaml_quote"),
    (r"mapping values are not allowed|expected ':'", "plan.yaml_colon"),
    (r"block end|block (mapping|collection)", "plan.yaml_indent"),
    (r"cannot start any token|escape", "plan.yaml_character"),
)


class UnreadableYaml(Exception):
    """The text cannot be read any further."""

    def __init__(self, code: str, line: int, **values: object) -> None:
        self.code: Final = code
        self.line: Final = line
        self.values: Final = values
        super().__init__(code, line, values)


class YamlText:
    """A text read once: its data, the line of each path, and keys that occur twice."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.findings: list[Finding] = []
        self._text = text
        self._events = self._read(text)
        self.data = self._document()

    def _read(self, text: str) -> Iterator[Event]:
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise UnreadableYaml(_syntax_code(error, self._line_text(line)), line) from error
        except YAMLError as error:
            position = getattr(error, "position", 0)
            raise UnreadableYaml("plan.bad_character", text.count("\n", 0, position) + 1) from error

    def _line_text(self, line: int) -> str:
        lines = self._text.splitlines()
        return lines[line - 1] if line <= len(lines) else ""

    def _document(self) -> Any:
        first = next(event for event in self._events if not isinstance(event, StreamStartEvent))
        if isinstance(first, StreamEndEvent):
            raise UnreadableYaml("plan.empty_file", 1)
        data = self._value(next(self._events), ())
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                raise UnreadableYaml("plan.several_documents", _line(event))
            if not isinstance(event, DocumentEndEvent | StreamEndEvent):
                raise UnreadableYaml("plan.yaml_syntax", _line(event))
        return data

    def _value(self, event: Event, path: Path) -> Any:
        self.lines.setdefault(path, _line(event))
        if isinstance(event, AliasEvent):
            raise UnreadableYaml("plan.alias_refused", _line(event), alias=event.anchor)
        if len(path) > DEEPEST:
            raise UnreadableYaml("plan.too_deep", _line(event), limit=DEEPEST)
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!":
            raise UnreadableYaml("plan.tag_refused", _line(event), tag=str(tag))
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event) if isinstance(event, ScalarEvent) else None

    def _mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise UnreadableYaml("plan.key_not_text", _line(event))
            key = event.value
            if key in result:
                values = {"key": key, "first_line": self.lines[*path, key]}
                self.findings.append(Finding(path=(*path, key), code="plan.duplicate_key", values=values))
            self.lines[*path, key] = _line(event)
            result[key] = self._value(next(self._events), (*path, key))
        return result

    def _sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            result.append(self._value(event, (*path, len(result))))
        return result


def _scalar(event: ScalarEvent) -> Any:
    text = str(event.value)
    if event.style is not None or getattr(event, "tag", None) is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _syntax_code(error: MarkedYAMLError, line: str) -> str:
    if line[: len(line) - len(line.lstrip())].count("\t"):
        return "plan.yaml_tab"
    said = f"{error.problem} {error.context}"
    return next((code for pattern, code in _SYNTAX if re.search(pattern, said)), "plan.yaml_syntax")
