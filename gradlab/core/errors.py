"""The errors that gradlab raises on purpose. Each message is one line a person can act on."""


class GradlabError(Exception):
    """Something asked for cannot be done; the message says what is wrong and what to do."""


class UnknownStatementError(GradlabError):
    """A statement id that the catalogue does not hold."""


class ProgramError(GradlabError):
    """A program's number or choice lies outside what is allowed."""


class EngineError(GradlabError):
    """PyTorch cannot be started, or not on the device asked for."""


class LessonError(GradlabError):
    """A lesson cannot be used.

    Attributes:
        file: The name of its file, or "".
    """

    def __init__(self, message: str, file: str = "") -> None:
        super().__init__(message)
        self.file = file
