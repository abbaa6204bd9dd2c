"""One Voice: notice the storm, switch on the plan, speak with one voice, and be able to prove it."""

__version__ = "0.1.0"
