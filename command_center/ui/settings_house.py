"""What the house runs on, in words; addresses, which may hold passwords, are never shown."""

from datetime import timedelta

from command_center import __version__
from command_center.bootstrap import sqlite_version
from command_center.settings import Settings
from command_center.ui.frame import Page
from command_center.ui.incident_look import heading, note, span
from command_center.ui.parts import definitions
from command_center.web.process import current


def show_house(page: Page) -> None:
    """Show version, store, alerts and times of this house."""
    settings = current().settings
    version, faulty = sqlite_version()
    heading(page.say("settings.house"), page.say("settings.house_lead"))
    definitions(house_facts(page, settings, version))
    if is_sqlite(settings) and faulty:
        note(page.say("settings.sqlite_faulty", version=version), "!", "warn")
    if not settings.notify_urls:
        note(page.say("settings.no_tellers"), "!", "warn")


def is_sqlite(settings: Settings) -> bool:
    """Tell whether this house keeps everything in one file."""
    return not settings.database_url or settings.database_url.startswith("sqlite")


def house_facts(page: Page, settings: Settings, sqlite: str) -> dict[str, str]:
    """Return what the house runs on, as terms and values."""
    store = (
        page.say("settings.store_sqlite", version=sqlite) if is_sqlite(settings) else page.say("settings.store_shared")
    )
    told = page.say("settings.tellers", count=len(settings.notify_urls)) if settings.notify_urls else ""
    facts = {
        "name": settings.house,
        "version": __version__,
        "store": store,
        "plans": str(settings.plans),
        "notify": told or page.say("settings.tellers_none"),
        "worker": page.say("settings.worker_embedded" if settings.worker == "embedded" else "settings.worker_off"),
        "language": {"de": "Deutsch", "en": "English"}.get(settings.language, settings.language),
        "zone": settings.zone,
        "session": page.say(
            "settings.session_times",
            idle=span(page, timedelta(minutes=settings.session_idle_minutes)),
            longest=span(page, timedelta(hours=settings.session_hours)),
        ),
    }
    return {page.say(f"settings.fact_{name}"): value for name, value in facts.items()}
