"""A topic as X is asked for it: everything wanted joined by OR, what is excluded behind it.

What people type is text, never an operator: anything but plain letters and digits is put in quotes, and what could
end the quotes is left out. X matches whole words and ignores case; the house matches again by its own rules.
"""

import re
from typing import Final

from command_center.domain.topics import Topic
from command_center.errors import BadInput

MOST_CHARACTERS: Final = 512  # what every plan allows, for a search and for a stream's rule
_PLAIN: Final = re.compile(r"[^\W_]+")
_WORDS_OF_THE_QUERY: Final = frozenset({"or", "and", "not"})
_TAG: Final = re.compile(r"\w*[^\W\d]\w*")
_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_UNQUOTABLE: Final = re.compile(r"[\"“”„«»\\\x00-\x1f\x7f\u2028\u2029]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def query_of(topic: Topic, *, most: int = MOST_CHARACTERS) -> str:
    """Return the topic as a query; "" when it wants nothing that can be asked for.

    Spellings without umlauts and exclusions are added while there is room; what is wanted is never left out.

    Raises:
        BadInput: ``x.query_too_long`` when what is wanted doesn't fit into ``most`` characters.
    """
    wanted = _known(
        [
            *(_operand(term) for term in topic.terms),
            *(_operand("#" + tag.strip().lstrip("#＃")) for tag in topic.hashtags),
            *(_operand("@" + handle.strip().lstrip("@＠")) for handle in topic.handles),
        ]
    )
    if not wanted:
        return ""
    query = _any_of(wanted)
    if len(query) > most:
        raise BadInput("x.query_too_long", topic=topic.name, length=len(query), most=most)
    for spelling in _known([_operand(term.translate(_UMLAUTS)) for term in topic.terms]):
        longer = _any_of([*wanted, spelling])
        if spelling not in wanted and len(longer) <= most:
            wanted.append(spelling)
            query = longer
    for unwanted in _known([_operand(term) for term in topic.exclusions]):
        if unwanted not in wanted and len(query) + len(unwanted) + 2 <= most:
            query = f"{query} -{unwanted}"
    return query


def _operand(term: str) -> str:
    """Return one term as X reads it, "" for one without any letter or digit."""
    term = " ".join(_UNQUOTABLE.sub(" ", term).split())
    if not any(map(str.isalnum, term)):
        return ""
    if term[0] in "#＃" and _TAG.fullmatch(term[1:]):
        return "#" + term[1:]
    if term[0] in "@＠":
        # A handle of another network says nothing on X.
        return "@" + term[1:] if _HANDLE.fullmatch(term[1:]) else ""
    if _PLAIN.fullmatch(term) and term.casefold() not in _WORDS_OF_THE_QUERY:
        return term
    return f'"{term}"'


def _known(operands: list[str]) -> list[str]:
    return list(dict.fromkeys(operand for operand in operands if operand))


def _any_of(operands: list[str]) -> str:
    return operands[0] if len(operands) == 1 else f"({' OR '.join(operands)})"
