"""Where passkeys hold: for the one address people reach the house by, and only where that has a name."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from command_center.use_cases.passkeys import Place
from command_center.web.process import current
from command_center.web.session import is_secure


def place_of(request: Request) -> Place | None:
    """Return the public address, else the one this browser used; None where passkeys can't be.

    Browsers know them over TLS and on ``localhost``, for names and never for plain addresses.
    """
    settings = current().settings
    scheme = "https" if is_secure(request.scope) else "http"
    address = urlsplit(settings.public_url or f"{scheme}://{request.headers.get('host', '')}")
    host = address.hostname or ""
    if not host or not (address.scheme == "https" or host == "localhost") or _is_number(host):
        return None
    return Place(host=host, origin=f"{address.scheme}://{address.netloc}", house=settings.house)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
