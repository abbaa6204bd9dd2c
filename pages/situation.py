"""Situation: is something unusual, how bad is it, and can the picture be trusted?"""

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.situation import show_situation
from command_center.ui.storm import fulfil_wish
from command_center.ui.ways import use_styles

page = open_page("situation", Act.READ_PICTURE)
use_styles()
fulfil_wish(page)
show_situation(page)
