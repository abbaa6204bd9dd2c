"""Invented posts about an invented company: everyday talk, and a storm planted in it."""

import random
from datetime import UTC, datetime, timedelta

from command_center.domain.mentions import Mention, Sentiment
from command_center.domain.topics import Topic
from command_center.language import copy_key
from tests.contracts.factories import mention as stored

NOON = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
TOPIC = Topic(
    id="t", name="Nordwerk", terms=("Nordwerk", "AirCrisp 2", "Müller"), hashtags=("AirCrisp2",), handles=("nordwerk",)
)
DAILY = [
    "die",
    "und",
    "heute",
    "wieder",
    "sehr",
    "lecker",
    "Pommes",
    "Rezept",
    "Salat",
    "Küche",
    "Abend",
    "Ofen",
    "Korb",
    "Timer",
    "kaufen",
    "Markt",
    "Frage",
]


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same posts every time are the point


def post(number: int, text: str, **given: object) -> Mention:
    values: dict[str, object] = {
        "text": text,
        "author": f"author{number}",
        "created_at": NOON + timedelta(seconds=number),
        "is_repost": False,
        "sentiment": Sentiment.NEUTRAL,
        "copy_key": copy_key(text),
    }
    return stored(number, **(values | given))


def small_talk(number: int, *, seed: int = 1, first: int = 0) -> list[Mention]:
    chance = dice(seed)
    return [post(first + n, f"Nordwerk {' '.join(chance.choices(DAILY, k=9))}") for n in range(number)]


def planted(number: int, *, first: int = 10_000) -> list[Mention]:
    chance = dice(2)
    return [
        post(
            first + n,
            f"{' '.join(chance.choices(DAILY, k=4))}, Nordwerk mit Rückruf! Stecker sofort ziehen "
            f"{' '.join(chance.choices(DAILY, k=4))} #Brandgefahr https://www.kurier.example/{n}",
        )
        for n in range(number)
    ]
