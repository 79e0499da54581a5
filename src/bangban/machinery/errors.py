"""What can go wrong below the house; each message is a sentence that says what to do."""


class PostgresError(RuntimeError):
    """The embedded database cannot be brought up or kept up."""


class AlreadyRunning(PostgresError):  # noqa: N818 - says what is so; nothing is broken
    """Another supervisor holds this data folder."""


class ProgramFailed(RuntimeError):  # noqa: N818 - reads as a sentence
    """A program that had to succeed once did not."""
