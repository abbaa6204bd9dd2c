"""What a browser is called, as far as somebody needs it to know their own devices again: family and system, no more.

No versions, no models: a list of one's sessions is not to become a fingerprint.
"""

from typing import Final

# The first sign that is found counts: most browsers also claim to be those that come later.
_FAMILIES: Final = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("cros", "ChromeOS"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def browser_named(user_agent: str) -> str:
    """Return family and system such as ``Firefox, Windows``; empty for what doesn't say."""
    said = user_agent.casefold()
    named = (_first(said, _FAMILIES), _first(said, _SYSTEMS))
    return ", ".join(name for name in named if name)


def _first(said: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in said), "")
