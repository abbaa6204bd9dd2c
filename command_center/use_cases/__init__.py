"""Verbs of the house: one thing a person or the worker does, one transaction each."""
