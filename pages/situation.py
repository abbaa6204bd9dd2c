"""Situation: is something unusual, how bad is it, and can the picture be trusted?"""

from command_center.domain.people import Act
from command_center.ui.frame import open_page
from command_center.ui.situation import choose_topic, read_topics, show_duty, show_picture
from command_center.ui.storm import fulfil_wish, show_empty_house
from command_center.ui.ways import use_styles

page = open_page("situation", Act.READ_PICTURE)
use_styles()
fulfil_wish(page)
show_duty(page)
topics = read_topics(page)
if topics:
    show_picture(page, choose_topic(page, topics).id)
else:
    show_empty_house(page)
