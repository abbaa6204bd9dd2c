"""A post's HTML as the text people see, with its line breaks and whole links.

The standard library's parser needs minutes for some hostile texts; this one reads every character about once.
"""

import html
import re
from typing import Final

_READ_CHARS: Final = 200_000
_TOKEN: Final = re.compile(
    r"<!--|-->|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*+)"
    r"(?:(?P<rest>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>|[^<>]*+>)|<[!?/][^<>]*+>"
)
_HREF: Final = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_PARAGRAPHS: Final = frozenset(
    {"p", "div", "blockquote", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
)
_LINES: Final = frozenset(["br", "li", "tr", "dt", "dd", "figcaption"])
_UNSEEN: Final = frozenset(["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"])
_LONG_NUMBER: Final = re.compile(r"&#\w{9,}+;?")
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0]+")
_AROUND_BREAKS: Final = re.compile(r" ?\n ?")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")


class _Reader:
    """Collects text; a link shown shortened is written out, a handle or hashtag stays as it is."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._unseen = ""
        self._link = ""
        self._link_from = 0

    def take_text(self, text: str) -> None:
        if text and not self._unseen:
            self.pieces.append(html.unescape(_LONG_NUMBER.sub("", text)).replace("\n", " "))

    def take_token(self, token: re.Match[str]) -> None:
        tag = (token["tag"] or token[0]).casefold()
        if self._unseen:
            if (token["end"] and tag == self._unseen) or tag == "-->" == self._unseen:
                self._unseen = ""
        elif tag == "<!--":
            self._unseen = "-->"
        elif tag == "-->":
            self.pieces.append(tag)
        elif tag == "a":
            self.end_link()
            self._begin_link(token)
        elif tag in _UNSEEN and not token["end"]:
            self._unseen = "" if (token["rest"] or "").endswith("/") else tag
        elif tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in _LINES and not token["end"]:
            self.pieces.append("\n")

    def _begin_link(self, token: re.Match[str]) -> None:
        found = None if token["end"] else _HREF.search(token["rest"] or "")
        self._link = html.unescape(next(filter(None, found.groups()), "")).strip() if found else ""
        self._link_from = len(self.pieces)

    def end_link(self) -> None:
        href, self._link = self._link, ""
        if href[:8].casefold().startswith(("http://", "https://")):
            shown = "".join(self.pieces[self._link_from :]).strip()
            if shown and shown[0] not in "@#" and shown.rstrip("….") in href:
                self.pieces[self._link_from :] = [href]


def plain_text(text: str) -> str:
    """Return what a person reads of a piece of HTML; escapes are undone once, scripts and styles left out."""
    text = text[:_READ_CHARS]
    reader = _Reader()
    position = 0
    for token in _TOKEN.finditer(text):
        reader.take_text(text[position : token.start()])
        reader.take_token(token)
        position = token.end()
    reader.take_text(text[position:])
    reader.end_link()
    shown = _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", "".join(reader.pieces)))
    return _MANY_BREAKS.sub("\n\n", shown).strip()
