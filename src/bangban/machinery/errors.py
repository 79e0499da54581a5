"""What can go wrong below the house; each message is a sentence that says what to do."""


class PostgresError(RuntimeError):
    """The embedded database cannot be brought up or kept up."""


class AlreadyRunning(PostgresError):
    """Another supervisor holds this data folder."""


class ProgramFailed(RuntimeError):
    """A program that had to succeed once did not."""
