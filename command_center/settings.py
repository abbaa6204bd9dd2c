"""What the house is told from outside: environment variables that begin with ``COMMAND_CENTER_``."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from command_center.errors import BadInput
from command_center.setting_specs import SPECS
from command_center.setting_values import value_of

PREFIX: Final = "COMMAND_CENTER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of this process, checked; addresses that may hold a password stay out of ``repr``."""

    data: Path = Path("data")
    database_url: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8501
    public_url: str = ""
    plans: Path = Path("crisis_plans")
    notify_urls: tuple[str, ...] = field(default=(), repr=False)
    token_key: tuple[str, ...] = field(default=(), repr=False)
    token_key_file: Path = Path("DATA/token.key")
    log_origin: str = "one-voice.example/log"
    log_key_file: Path = Path("DATA/log.key")
    erasures_file: Path = Path("DATA/erased.jsonl")
    checkpoint_seconds: int = 60
    deposits: tuple[str, ...] = field(default=(), repr=False)
    x_api_base: str = "https://api.twitter.com"
    internal_hosts: tuple[str, ...] = ()
    inbox: Path = Path("DATA/inbox")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_groups: tuple[str, ...] = ()
    language: str = "de"
    zone: str = "Europe/Berlin"
    house: str = "One Voice"
    worker: str = "embedded"
    works_council: str = "house"
    session_idle_minutes: int = 60
    session_hours: int = 12

    def __post_init__(self) -> None:
        # What is kept beside the store follows it: ``DATA/…`` lies in the data folder, wherever that is.
        for name in ("token_key_file", "log_key_file", "erasures_file", "inbox"):
            path: Path = getattr(self, name)
            if path.parts[:1] == ("DATA",):
                object.__setattr__(self, name, self.data.joinpath(*path.parts[1:]))

    @property
    def store_place(self) -> str:
        """Where the store is, in words that hold no password."""
        return "PostgreSQL" if self.database_url else str(self.data / "command_center.sqlite")

    @property
    def store_url(self) -> str:
        """Where the store is: the given database, else the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'command_center.sqlite'}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read and check the settings.

    Raises:
        BadInput: ``settings.unknown`` with the nearest known name, or ``settings.not_a_…`` with the value.
    """
    known = {PREFIX + spec.name: spec for spec in SPECS}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
            raise BadInput("settings.unknown", name=name, nearest=nearest[0])
    values = {
        spec.name.lower(): value_of(spec, name, environment.get(name, "").strip() or spec.default)
        for name, spec in known.items()
    }
    return Settings(**values)
