"""The columns tables are made of, so that each table reads as a list of names."""

from sqlalchemy import BIGINT, BOOLEAN, DOUBLE_PRECISION, TEXT, Column, text


def key() -> Column[str]:
    """The id of a record."""
    return Column("id", TEXT, primary_key=True)


def texts(*names: str) -> list[Column[str]]:
    """Columns of text that is always there."""
    return [Column(name, TEXT, nullable=False) for name in names]


def maybe(*names: str) -> list[Column[str]]:
    """Columns of text, mostly moments, that may be missing."""
    return [Column(name, TEXT) for name in names]


def added(*names: str, default: str = "''") -> list[Column[str]]:
    """Columns that came to rows which were there already, which is why they have a default."""
    return [Column(name, TEXT, nullable=False, server_default=text(default)) for name in names]


def numbers(*names: str) -> list[Column[int]]:
    """Columns of whole numbers."""
    return [Column(name, BIGINT, nullable=False) for name in names]


def decimals(*names: str) -> list[Column[float]]:
    """Columns of numbers with a fraction."""
    return [Column(name, DOUBLE_PRECISION, nullable=False) for name in names]


def flags(*names: str) -> list[Column[bool]]:
    """Columns of yes or no."""
    return [Column(name, BOOLEAN, nullable=False) for name in names]
