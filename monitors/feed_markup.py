"""Looks at a feed's XML before it is parsed: no definitions of its own, no depth and no size that would cost minutes.

Fifty thousand nested tags cost the parser eight seconds, twenty thousand attributes on one element twelve, thirty
thousand namespaces two minutes; all are counted here with the system's own XML reader, in a fraction of that.
"""

import re
import sys
from collections.abc import Iterable
from typing import Final
from xml.parsers import expat

_DEEPEST: Final = 100
_MOST_TAGS: Final = 40_000
_MOST_LOOSE_TAGS: Final = 15_000  # read by the slower parser for feeds that are no proper XML
_MOST_ATTRIBUTES: Final = 10_000_000  # the sum of squares: the parser compares each with each
_MOST_NAMESPACES: Final = 100
_TAG: Final = re.compile(rb"</?[a-zA-Z][^<>]*+>?")
_REFERENCE: Final = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);?")
_NAMESPACE: Final = re.compile(rb"\bxmlns[:=][^<>\s]*+")


class HostileMarkup(ValueError):
    """XML that no honest feed has; the text says what, in a word any language understands."""


def readable_xml(body: bytes, content_type: str) -> bytes:
    """Return a feed's XML in UTF-8, looked at and harmless; raises HostileMarkup."""
    from feedparser.encodings import convert_to_utf8  # costs a tenth of a second that no screen needs

    try:
        text: bytes = convert_to_utf8({"content-type": content_type} if content_type else {}, body, {})
    except (ValueError, LookupError) as error:
        raise HostileMarkup("encoding?") from error
    if _is_proper(text):
        return text
    _check_loose(text)
    return _REFERENCE.sub(_possible, text)


def _possible(reference: re.Match[bytes]) -> bytes:
    """Keep a reference to a character there is; the slower parser fails over any other."""
    digits = reference[1]
    if len(digits) > len(b"x10ffff") + 2:
        return b""
    number = int(digits[1:], 16) if digits[:1] in {b"x", b"X"} else int(digits)
    return reference[0] if 0 < number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF else b""


def _is_proper(text: bytes) -> bool:
    """Read as proper XML and count; False where it is none."""
    count = _Count(_MOST_TAGS)
    reader = expat.ParserCreate(encoding="utf-8")
    reader.StartDoctypeDeclHandler = count.definitions
    reader.StartElementHandler = count.element
    reader.EndElementHandler = count.end
    try:
        reader.Parse(text, True)
    except expat.ExpatError:
        return False
    return True


def _check_loose(text: bytes) -> None:
    """Count tags where the XML is broken; those inside CDATA count too, for the parser may trip there as well."""
    if re.search(rb"<!ENTITY", text, re.IGNORECASE):
        raise HostileMarkup("DTD")
    if text.count(b"<") > 2 * _MOST_LOOSE_TAGS or text.count(b"&") > 10 * _MOST_LOOSE_TAGS:
        raise HostileMarkup("XML?")
    count = _Count(_MOST_LOOSE_TAGS)
    for tag in _TAG.finditer(text):
        count.begin(tag[0].count(b"="), _NAMESPACE.findall(tag[0]))
        count.end("")


class _Count:
    """What is counted while reading."""

    def __init__(self, most_tags: int) -> None:
        self._most = most_tags
        self._depth = self._tags = self._attributes = 0
        self._namespaces: set[object] = set()

    def definitions(self, _name: str, _system: str | None, _public: str | None, has_own: int) -> None:
        if has_own:
            raise HostileMarkup("DTD")

    def element(self, _name: str, attributes: dict[str, str]) -> None:
        self.begin(len(attributes), [item for item in attributes.items() if item[0].startswith("xmlns")])

    def begin(self, attributes: int, namespaces: Iterable[object]) -> None:
        self._depth += 1
        self._tags += 1
        self._attributes += attributes * attributes
        self._namespaces.update(namespaces)
        if len(self._namespaces) > _MOST_NAMESPACES:
            raise HostileMarkup("XML, namespaces")
        if self._depth > _DEEPEST:
            raise HostileMarkup(f"XML, > {_DEEPEST} levels")
        if self._tags > self._most:
            raise HostileMarkup(f"XML, > {self._most} elements")
        if self._attributes > _MOST_ATTRIBUTES:
            raise HostileMarkup("XML, attributes")

    def end(self, _name: str) -> None:
        self._depth -= 1
