"""What a password must be like: long, not common, not the login; no rules about signs, no forced changes."""

from typing import Final

from command_center.errors import BadInput

SHORTEST: Final = 12
LONGEST: Final = 256

# The most common passwords of twelve signs and more, and what people here would think of first.
_COMMON: Final = frozenset(
    """
    123456789012 1234567890123 12345678901234 123123123123 111111111111 000000000000 qwertyuiop12 qwertyuiop123
    qwertzuiop12 qwertzuiop123 1q2w3e4r5t6y 1qaz2wsx3edc qwerty123456 qwertz123456 password1234 password12345
    password123456 passwort1234 passwort12345 passwort123456 passwordpassword passwortpasswort administrator
    administrator1 admin1234567 admin12345678 welcome12345 willkommen12 willkommen123 willkommen1234 letmein12345
    iloveyou1234 ichliebedich sommer202612 winter202612 changeme1234 geheim123456 geheimgeheim onevoice1234
    onevoiceonevoice commandcenter commandcenter1 krisenzentrum krisenzentrum1 krisenstab123 abcdefghijkl
    abcdefghijklm abc123abc123 asdfghjklasd aaaaaaaaaaaa trustno1trustno1 sunshine1234 dragon123456 monkey123456
    football1234 fussball1234 hallohallo12 hallo1234567 schatz123456 passw0rd1234 p@ssw0rd1234
    correcthorsebatterystaple
    """.split()  # noqa: SIM905 - sixty quoted strings would read worse
)


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that is too short, too long, common, or holds the login; raises ``BadInput``."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        raise BadInput("password.too_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("password.too_long", most=LONGEST)
    if plain in _COMMON or len(set(plain)) < 4:
        raise BadInput("password.common")
    if len(login) > 2 and login.casefold() in plain:
        raise BadInput("password.holds_login")
