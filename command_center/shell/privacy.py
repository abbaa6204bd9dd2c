"""``processing-record`` and ``works-agreement``: the papers of data protection, made from the actual settings."""

from datetime import UTC, datetime

from command_center.privacy_documents import processing_record, works_agreement
from command_center.shell.frame import house, language, settings
from command_center.use_cases.retention import kept_for
from command_center.use_cases.works_council import names_are_sealed


def record() -> None:
    """Print the record of processing activities (Art. 30 GDPR) as Markdown: a draft for counsel."""
    with house(False) as ctx, ctx.store.reading() as store:
        sealed = names_are_sealed(ctx, store)
        print(processing_record(language(), settings(), kept_for(store), sealed=sealed, now=datetime.now(UTC)))


def agreement() -> None:
    """Print a draft works agreement in German as Markdown, for lawyers to finish."""
    with house(False) as ctx, ctx.store.reading() as store:
        sealed = names_are_sealed(ctx, store)
        print(works_agreement(settings(), kept_for(store), sealed=sealed, now=datetime.now(UTC)))
