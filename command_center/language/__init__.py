"""Language, sentiment and copies of a text.

Used by ``use_cases/watch.py`` on every mention that matches a topic.
"""

from command_center.language.copies import copy_key
from command_center.language.detection import LANGUAGES, detect_language, plain_tag
from command_center.language.judges import JUDGES, sentiment

__all__ = ["JUDGES", "LANGUAGES", "copy_key", "detect_language", "plain_tag", "sentiment"]
