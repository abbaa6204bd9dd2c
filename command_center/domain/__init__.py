"""Nouns and rules of the house: pure, without framework, network or database."""
