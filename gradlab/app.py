"""Builds controller, bridge and window, and connects them: every connection on one page."""

import signal
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from gradlab import __version__
from gradlab.core.errors import EngineError
from gradlab.core.lesson import Lesson, lessons_folder, load_lessons
from gradlab.core.program import Program
from gradlab.qt import fonts, style_sheet
from gradlab.qt.bridge import Bridge
from gradlab.qt.icons import app_icon
from gradlab.qt.main_window import MainWindow
from gradlab.qt.presentation import Presentation
from gradlab.qt.remembering import Remembering
from gradlab.qt.runner import Runner
from gradlab.qt.settings import Settings
from gradlab.qt.theme import THEMES

if TYPE_CHECKING:
    from gradlab.core.controller import Controller


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is to look, where that is not as it was last.

    Attributes:
        theme: The name of a theme, or "".
        zoom: How large everything is, 1.0 for 100 %, or 0.
        present: Whether to begin with the presentation.
        screen: The screen to present on, its name or number, or "".
    """

    theme: str = ""
    zoom: float = 0.0
    present: bool = False
    screen: str = ""


@dataclass(slots=True)
class Gradlab:
    """The parts of a running program.

    Attributes:
        window: What is seen.
        presentation: What a class sees.
        bridge: Passes requests on.
        runner: Lets the loop run by itself.
        controller: Acts; None until PyTorch has been imported.
    """

    window: MainWindow
    presentation: Presentation
    bridge: Bridge
    runner: Runner
    controller: "Controller | None" = None

    def start_engine(self, program: Program) -> None:
        """Import PyTorch, if nobody has yet, set the program up, and let the window be used.

        Raises:
            EngineError: The program's device is not there.
            ImportError: PyTorch cannot be imported.
        """
        from gradlab.core.controller import Controller

        self.controller = Controller(program)
        self.bridge.attach(self.controller)


class EngineImport(QThread):
    """Imports PyTorch, which takes a second or two, beside the window.

    Signals:
        failed: Why PyTorch could not be imported, in one line.
        imported: It is there.
    """

    failed = Signal(str)
    imported = Signal()

    @override
    def run(self) -> None:
        """Import it, and say how that went."""
        try:
            import gradlab.core.controller  # noqa: F401  # importing is the point
        # OSError: one of its libraries does not load; RuntimeError: it does not fit this machine
        except (ImportError, OSError, RuntimeError) as error:
            reason = str(error).partition("\n")[0]
            self.failed.emit(f"could not be started: {reason}. `pip install torch` brings it.")
        else:
            self.imported.emit()


def build(program: Program | None = None, theme: str = "light") -> Gradlab:
    """Return everything, ready to be used, without starting the event loop.

    A QApplication is made if there is none.

    Raises:
        EngineError: The program's device is not there.
    """
    application()
    gradlab = assemble(theme)
    gradlab.start_engine(program or Program())
    return gradlab


def run(program: Program, look: Look, lesson: Lesson | None = None) -> int:
    """Open the window, import PyTorch beside it, and return the exit code when it is closed.

    Args:
        program: What to explore.
        look: How the window is to look, where that is not as it was last.
        lesson: The lesson to open, which brings its own program.
    """
    if sys.platform == "win32":
        # WORKAROUND for https://github.com/pytorch/pytorch/issues/166628: torch first, then Qt's
        # libraries, or torch's do not load.
        import gradlab.core.controller  # importing is the point
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would keep Ctrl+C waiting
    app = application()
    settings = Settings()
    gradlab = assemble("light")
    remembering = Remembering(gradlab.window, settings)
    remembering.restore(look.theme, look.zoom)
    loader = EngineImport()
    starter = EngineStarter(gradlab, program, lesson, settings.predicting)
    loader.imported.connect(starter.start)
    loader.failed.connect(gradlab.window.show_trouble)
    if settings.geometry:
        gradlab.window.show()
    else:
        gradlab.window.showMaximized()
    if look.present:
        gradlab.window.present(look.screen)
    loader.start()
    code = app.exec()
    gradlab.runner.stop()
    loader.wait()
    return code


class EngineStarter(QObject):
    """Starts the engine on the window's thread, once it has been imported."""

    def __init__(
        self,
        gradlab: Gradlab,
        program: Program,
        lesson: Lesson | None = None,
        predicting: bool = False,
    ) -> None:
        super().__init__()
        self._gradlab, self._program, self._lesson = gradlab, program, lesson
        self._predicting = predicting

    @Slot()
    def start(self) -> None:
        """Start it; a device that is not there is said in the caption."""
        try:
            self._gradlab.start_engine(self._program)
            if self._predicting:
                self._gradlab.bridge.set_predicting(True)
            if self._lesson is not None:
                self._gradlab.bridge.open_lesson(self._lesson)
        except EngineError as error:
            print(f"gradlab: {error}", file=sys.stderr)
            self._gradlab.window.show_trouble(f"{error}.")


def application() -> QApplication:
    """Return the QApplication, made and named if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(["gradlab"])
    app.setApplicationName("gradlab")
    app.setApplicationDisplayName("gradlab")
    app.setApplicationVersion(__version__)
    app.setOrganizationName("gradlab")
    app.setOrganizationDomain("gradlab.org")
    app.setDesktopFileName("org.gradlab.gradlab")  # under Wayland, icons are found by this
    app.setWindowIcon(app_icon())
    return app


def assemble(theme: str) -> Gradlab:
    """Return the window and what is behind it, connected, without a controller yet."""
    fonts.load_fonts()
    style_sheet.apply(application(), THEMES[theme])  # before the widgets, which keep its font
    lessons, errors = load_lessons(lessons_folder())
    for error in errors:
        print(f"gradlab: {error}", file=sys.stderr)
    window = MainWindow(THEMES[theme], lessons)
    presentation = Presentation(THEMES[theme])
    gradlab = Gradlab(window, presentation, Bridge(window), Runner(window))
    wire(gradlab)
    return gradlab


def wire(gradlab: Gradlab) -> None:
    """Connect panel to bridge, runner to bridge, and bridge to all that show a snapshot."""
    window, bridge, runner = gradlab.window, gradlab.bridge, gradlab.runner
    loop = window.loop
    asked = {
        loop.statementRequested: bridge.do,
        loop.stepRequested: bridge.step,
        loop.restartRequested: bridge.restart,
        loop.newSeedRequested: bridge.new_seed,
    }
    for request, act in asked.items():
        request.connect(runner.stop)  # a hand on the loop ends a run
        request.connect(act)
    wire_lesson(gradlab)
    wire_prediction(gradlab)
    wire_presentation(gradlab)
    for setting in (loop.skipRequested, loop.variantRequested, loop.learningRateRequested):
        setting.connect(runner.give_up_seek)  # it would cut off what the seek is going to
    loop.skipRequested.connect(bridge.set_skip)
    loop.variantRequested.connect(bridge.set_variant)
    loop.learningRateRequested.connect(bridge.set_learning_rate)
    loop.backRequested.connect(runner.back)
    window.timeline.seekRequested.connect(runner.seek)
    window.statementPicked.connect(runner.seek)
    window.loop_menu.redoRequested.connect(runner.redo)
    runner.seekRequested.connect(bridge.seek)
    runner.returnRequested.connect(bridge.back)
    runner.progressChanged.connect(loop.show_progress)
    loop.pinRequested.connect(bridge.pin)
    window.compare.pinRequested.connect(bridge.pin)
    window.compare.unpinRequested.connect(bridge.unpin)
    window.surface.startRequested.connect(runner.stop)
    window.surface.startRequested.connect(bridge.set_start)
    loop.runRequested.connect(runner.start)
    loop.stopRequested.connect(runner.stop)
    runner.runningChanged.connect(loop.show_running)
    runner.hurryChanged.connect(window.show_hurry)
    runner.advanceRequested.connect(bridge.advance)
    bridge.snapshotChanged.connect(window.show_snapshot)
    bridge.snapshotChanged.connect(runner.show_snapshot)


def wire_lesson(gradlab: Gradlab) -> None:
    """Connect the Lesson menu and the lesson's own buttons to the bridge."""
    window, bridge, runner = gradlab.window, gradlab.bridge, gradlab.runner
    asked = {
        window.lessonRequested: bridge.open_lesson,
        window.lesson_bar.stopRequested: bridge.go_to_stop,
        window.lesson_bar.leaveRequested: bridge.leave_lesson,
    }
    for request, act in asked.items():
        request.connect(runner.stop)
        request.connect(act)


def wire_prediction(gradlab: Gradlab) -> None:
    """Connect what is asked and answered before a step is run to the bridge."""
    bridge, runner = gradlab.bridge, gradlab.runner
    predicting = gradlab.window.loop_menu.predictingRequested
    predicting.connect(runner.stop)
    predicting.connect(bridge.set_predicting)
    for bar in (gradlab.window.prediction, gradlab.presentation.prediction):
        bar.guessRequested.connect(bridge.guess)
        bar.revealRequested.connect(bridge.reveal)
        bar.voteOpened.connect(bridge.open_vote)
        bar.voteCast.connect(bridge.cast)
        bar.voteUndone.connect(bridge.undo_vote)
        bar.voteClosed.connect(bridge.close_vote)
        bar.voteReopened.connect(bridge.revote)
        bridge.guessRefused.connect(bar.show_refusal)


def wire_presentation(gradlab: Gradlab) -> None:
    """Connect the presentation as the window's panels are, and to the window that starts it."""
    window, presentation = gradlab.window, gradlab.presentation
    bridge, runner = gradlab.bridge, gradlab.runner
    for request, act in (
        (presentation.statementRequested, bridge.do),
        (presentation.stepRequested, bridge.step),
    ):
        request.connect(runner.stop)
        request.connect(act)
    for setting in (presentation.skipRequested, presentation.variantRequested):
        setting.connect(runner.give_up_seek)
    presentation.skipRequested.connect(bridge.set_skip)
    presentation.variantRequested.connect(bridge.set_variant)
    presentation.backRequested.connect(runner.back)
    presentation.statementPicked.connect(runner.seek)
    runner.hurryChanged.connect(presentation.show_hurry)
    bridge.snapshotChanged.connect(presentation.show_snapshot)
    window.themeShown.connect(presentation.show_theme)
    window.presentationRequested.connect(presentation.start)
    window.view_menu.singleKeysChosen.connect(partial(setattr, presentation, "single_keys"))
    presentation.left.connect(window.activateWindow)  # so that the next F5 reaches it
    window.closing.connect(presentation.close)
