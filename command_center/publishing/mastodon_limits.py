"""What one Mastodon server allows in a post; each server sets its own."""

from dataclasses import dataclass
from typing import Final

from command_center.domain.text_length import LINK_LENGTH, NETWORK_LIMITS, mastodon_length
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import Json, MastodonApi, number_in, object_in, text_in
from command_center.networks import Message

_PICTURES: Final = 4
_ALT_CHARS: Final = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much fits: characters as the server counts them, pictures and their bytes; ``domain`` ends its handles."""

    characters: int = NETWORK_LIMITS["mastodon"]
    link_length: int = LINK_LENGTH
    pictures: int = _PICTURES
    picture_bytes: int = 0
    domain: str = ""

    def problem(self, message: Message) -> str:
        """Return what doesn't fit, in figures; "" when all does."""
        lengths = [mastodon_length(part.strip(), link_length=self.link_length) for part in message.parts]
        if not lengths or 0 in lengths:
            return "0"
        pairs = [
            (max(lengths), self.characters),
            (len(message.media), self.pictures),
            *((len(each.data), self.picture_bytes or len(each.data)) for each in message.media),
            *((len(each.alt), _ALT_CHARS) for each in message.media),
        ]
        return next((f"{is_} > {most}" for is_, most in pairs if is_ > most), "")


def limits_of(api: MastodonApi) -> Limits:
    """Ask a server what it allows, in its newer or its older way; raises ``NetworkTrouble``."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            return _limits(api.object(api.get(path)))
        except NetworkTrouble as error:
            if error.code != "network.refused":
                raise
    return Limits()


def _limits(instance: Json) -> Limits:
    configuration = object_in(instance, "configuration")
    statuses = object_in(configuration, "statuses")
    usual = Limits()
    return Limits(
        characters=number_in(statuses, "max_characters") or number_in(instance, "max_toot_chars") or usual.characters,
        link_length=number_in(statuses, "characters_reserved_per_url") or usual.link_length,
        pictures=number_in(statuses, "max_media_attachments") or usual.pictures,
        picture_bytes=number_in(object_in(configuration, "media_attachments"), "image_size_limit"),
        domain=text_in(instance, "domain") or text_in(instance, "uri").removeprefix("https://"),
    )
