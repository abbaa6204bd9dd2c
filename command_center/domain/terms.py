"""Terms of a text: folded words, hashtags and the hosts of links, as ``term_counts.py`` counts them.

Terms are folded (``folding.py``) for counting; what is shown is ``spelled`` the way most people write it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from command_center.domain.folding import fold
from command_center.domain.topics import Topic, compile_topic

BREAK: Final = "|"
_HEAD: Final = 2_000
_LONGEST: Final = 40
_PAUSE: Final = f" {BREAK} "
_PAUSES: Final = ".,;:!?"
_LINK: Final = re.compile(r"https?://\S+")
_BARE_LINK: Final = re.compile(r"www\.\S+")
_HANDLE: Final = re.compile(r"@[\w.]*")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_HOST: Final = re.compile(r"://(?:[wW]{3}\.)?((?:[^\W_][\w-]*\.)+[^\W_][\w-]+)")
_TOKEN: Final = re.compile(r"[\w#|]+")
_AS_WRITTEN: Final = re.compile(r"#?\w+(?:['’]\w+)*")
_APOSTROPHES: Final = str.maketrans("", "", "'’")
# One sign for one sign in ASCII is the quick way of str.translate; only words, "#" and the break are left.
_ASCII: Final = {
    code: None if chr(code) == "'" else chr(code) if chr(code).isalnum() or chr(code) in "_#|" else " "
    for code in range(128)
}
# Short links say nothing about where they lead.
_SHORT_LINKS: Final = """
    t.co bit.ly tinyurl.com ow.ly buff.ly dlvr.it lnkd.in goo.gl is.gd ift.tt youtu.be fb.me trib.al shorturl.at
"""
_NEGATIONS: Final = "kein keine keinen keinem keiner keinerlei nicht nichts nie ohne no not never without"
_STOP_WORDS: Final = """
    ab aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bist bitte bleibt da dabei
    damit dann das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch
    dort du durch ein eine einem einen einer eines einmal er es etwas euch euer eure fuer gab ganz gar geht gerade
    gibt gut hab habe haben hat hatte hatten hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist
    ja jede jedem jeden jeder jedes jetzt kann koennen kommt macht mal man mehr mein meine meinem meinen meiner mich
    mir mit muss nach noch nun nur ob oder schon sehr sein seine seinem seinen seiner seit sich sie sind so soll
    sollte sondern sonst steht ueber um und uns unser unsere unserem unseren unserer unter via viel vom von vor
    waere war waren warum was weil weiss wenn wer werde werden wie wieder wir wird wo wurde wurden zu zum zur
    zwischen
    about after again all am an and any are as at be because been before being but by can could did do does dont for
    from get got had has have he her here him his how if in into is isnt it its just me more my now of off on one
    only or other our out over please really rt she should so some such than that the their them then there these
    they this those through to too up us very was we were what when where which who why will with would you your
"""
SHORTENERS: Final = frozenset(_SHORT_LINKS.split())
NEGATIONS: Final = frozenset(_NEGATIONS.split())
STOP_WORDS: Final = NEGATIONS.union(_STOP_WORDS.split())


def tokens(text: str) -> list[str]:
    """Return a text's folded words and hashtags in order, with a ``BREAK`` where a phrase cannot go on.

    Handles and links are breaks too; only the first 2 000 characters of an article are read.
    """
    folded = fold(text[:_HEAD])
    if "://" in folded:
        folded = _LINK.sub(_PAUSE, folded)
    if "www." in folded:
        folded = _BARE_LINK.sub(_PAUSE, folded)
    if "@" in folded:
        folded = _HANDLE.sub(_PAUSE, folded)
    for mark in _PAUSES:
        folded = folded.replace(mark, _PAUSE)
    if not folded.isascii():
        folded = _NOT_ASCII.sub(_letters, folded)
    return folded.translate(_ASCII).split() if folded.isascii() else _TOKEN.findall(folded.translate(_APOSTROPHES))


def _letters(found: re.Match[str]) -> str:
    """Return a run of characters beyond ASCII if it is part of a word, else a space: mostly it is an emoji."""
    run = found[0]
    return run if any(map(str.isalnum, run)) else "" if run == "’" else " "


def hosts(text: str) -> set[str]:
    """Return the hosts a text links to, without those that only shorten links."""
    if "://" not in text:
        return set()
    return {host.casefold() for host in _HOST.findall(text[:_HEAD])} - SHORTENERS


def is_term(token: str) -> bool:
    """Tell whether a token can say what a text is about: a hashtag, or a word that is no stop word or number."""
    word = token.removeprefix("#")
    if not 2 <= len(word) <= _LONGEST or "#" in word or BREAK in word or word.isdecimal():
        return False
    return word[0] != "_" and (token[0] == "#" or word not in STOP_WORDS)


def is_phrase(words: list[str]) -> bool:
    """Tell whether words in a row can stand alone: meaning at both ends, though "no answer" may begin with its no."""
    if any("#" in word or BREAK in word or len(word) > _LONGEST for word in words):
        return False
    first, last = words[0], words[-1]
    ends = (is_term(first) or first.isdecimal() or first in NEGATIONS) and (is_term(last) or last.isdecimal())
    return ends and any(is_term(word) for word in words)


def own_terms(topic: Topic) -> Callable[[str], bool]:
    """Return a function that tells whether a token is one of the words the topic itself is found by."""
    matches = compile_topic(topic)
    own = set()
    for given in (*topic.terms, *topic.hashtags, *topic.handles):
        words = [word for word in tokens(given.replace("@", " ").replace("#", " ")) if word != BREAK]
        own.update(words)
        own.add("".join(words))
    own.update([f"{word}s" for word in own if len(word) > 2])

    def is_own(token: str) -> bool:
        word = token.removeprefix("#")
        return word in own or matches(token) or matches(word)

    return is_own


def spelled(key: str, texts: Iterable[str]) -> str:
    """Return a term or phrase the way most of these texts write it; the key itself where none does."""
    wanted, forms = key.split(), Counter[str]()
    for text in texts:
        written = _AS_WRITTEN.findall(unicodedata.normalize("NFC", text[:_HEAD]))
        folded = [fold(word).translate(_APOSTROPHES) for word in written]
        for at, word in enumerate(folded):
            if word == wanted[0] and folded[at : at + len(wanted)] == wanted:
                forms[" ".join(written[at : at + len(wanted)])] += 1
                break
    return min(forms, key=lambda form: (-forms[form], form)) if forms else key
