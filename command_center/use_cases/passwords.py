"""What a password must be like: long, and hard to guess for who knows the house; no rules about signs.

How many guesses a password takes is judged by zxcvbn: the 30,000 most common passwords, words, names, keyboard rows,
dates, repetitions and letters written as figures, alone and put together (D. Wheeler, USENIX Security 2016).
"""

import re
import threading
from collections.abc import Iterable
from typing import Final

from command_center.errors import BadInput

# NIST SP 800-63B-4, 3.1.1.2: fifteen where a password may be all there is. Those set before are asked for nothing.
SHORTEST: Final = 15
LONGEST: Final = 256
FEWEST_GUESSES: Final = 10**10  # zxcvbn's highest mark: safe even against who holds the hashes
_OWN: Final = 8  # signs that must be left once the names everybody knows are taken out
_JUDGED: Final = 72  # as far as zxcvbn looks; what is hard to guess so far doesn't get easier
_WORD: Final = re.compile(r"\w{3,}")
_judging: Final = threading.Lock()

# What people here think of first, and zxcvbn, which knows English, doesn't know.
_GERMAN: Final = """
    passwort kennwort geheim willkommen hallo qwertz qwertzuiop asdfghjkl yxcvbnm schatz liebe liebling ich dich
    ichliebedich sonne sommer winter herbst frühling fruehling weihnachten ostern urlaub fussball fußball bayern
    schalke borussia werder stpauli berlin hamburg münchen muenchen koeln köln bremen frankfurt stuttgart deutschland
    montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz maerz april mai juni juli august
    september oktober november dezember michael thomas andreas stefan daniel sebastian alexander christian martin
    julia anna sabine claudia petra monika firma büro buero arbeit presse krise krisenstab krisenzentrum lage
    lagezentrum leitung einstimme test testtest admin administrator chef neu start onevoice one voice command center
    commandcenter
"""


def check_password(password: str, *, login: str, about: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long, holds the login, or is easily guessed; raises ``BadInput``.

    ``about`` are names an attacker knows: the company's, the person's and their address.
    """
    if len(password) < SHORTEST:
        raise BadInput("password.too_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("password.too_long", most=LONGEST)
    if len(login) > 2 and login.casefold() in password.casefold():
        raise BadInput("password.holds_login")
    names = {name for text in about for name in _WORD.findall(text.casefold())}
    own = password.casefold()
    for name in sorted(names, key=len, reverse=True):
        own = own.replace(name, "")
    if len(own) < _OWN or guesses(password, names) < FEWEST_GUESSES:
        raise BadInput("password.common")


def guesses(password: str, names: Iterable[str] = ()) -> int:
    """Return after how many guesses somebody would have a password who knows these names."""
    from zxcvbn import zxcvbn  # a seventh of a second of lists, which only who sets a password waits for

    with _judging:  # the known words become a list of the library's own, shared by all threads
        return int(zxcvbn(password[:_JUDGED], user_inputs=[*sorted(names), *_GERMAN.split()])["guesses"])
