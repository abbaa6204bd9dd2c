"""Inbound adapters: each reads one kind of source and yields mentions."""
