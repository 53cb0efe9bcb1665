"""The one kind of failure that a user is shown."""


class Trouble(Exception):
    """Something that is wrong on this machine, in one line: what it is and what to do."""
