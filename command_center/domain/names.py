"""What people, their logins and their addresses may be called: as stored, or refused with the reason."""

from command_center.errors import BadInput


def clean_login(login: str) -> str:
    """Return a login as stored: small letters; raises ``BadInput`` for signs nobody can type safely."""
    text = login.strip().casefold()
    if not (2 <= len(text) <= 64 and text.isascii() and all(sign.isalnum() or sign in "._-@+" for sign in text)):
        raise BadInput("people.bad_login")
    return text


def clean_name(name: str) -> str:
    """Return a person's name on one line; raises ``BadInput`` when there is none."""
    text = " ".join(name.split())
    if not (1 <= len(text) <= 120 and text.isprintable()):
        raise BadInput("people.bad_name")
    return text


def clean_email(email: str) -> str:
    """Return an e-mail address, or nothing; raises ``BadInput`` when mail can't go there."""
    text = email.strip()
    name, _, host = text.partition("@")
    if text and not (len(text) <= 254 and name and "." in host and "@" not in host and text.isascii() and _plain(text)):
        raise BadInput("people.bad_email", email=text[:80])
    return text


def _plain(text: str) -> bool:
    return text.isprintable() and not set(text) & set(' ,;:<>()[]"\\&?=%#/')
