"""The commands of ``python -m command_center``: plain text for people, ``--json`` for programs."""
