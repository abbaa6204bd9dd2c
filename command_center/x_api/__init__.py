"""X's API v2 as monitors and publishing ask it: through tweepy, with time-outs, and with errors that have names.

``line.py`` carries the requests, ``faults.py`` names what went wrong, ``client.py`` is what adapters call,
``sign_in.py`` gets and renews the keys.
"""
