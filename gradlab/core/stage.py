"""What a controller works on, and the picture of it."""

from dataclasses import replace

from gradlab.core.attempt import Attempt, pose
from gradlab.core.lesson import Lesson
from gradlab.core.picture import Beside, picture
from gradlab.core.pin import Pin
from gradlab.core.predicting import Predicting
from gradlab.core.program import Program
from gradlab.core.snapshot import Snapshot
from gradlab.core.veil import veiled


class Stage:
    """The attempt that goes on, the one before it, and all that lies beside them.

    Args:
        program: What to explore; the data are made from it, and PyTorch set up.

    Raises:
        EngineError: The device asked for is not there.
    """

    _attempt: Attempt
    _earlier: Attempt | None

    def __init__(self, program: Program | None = None) -> None:
        self._lesson: Lesson | None = None
        self._stop = 0
        self._pins: tuple[Pin, ...] = ()
        self._bound_for: int | None = None  # where a seek in slices is going
        self._runs = 0
        self._predicting = Predicting()
        self._begin(program or Program())

    def snapshot(self) -> Snapshot:
        """Return the picture of everything as it stands now; while predicting, a veiled one."""
        predicting = self._predicting
        beside = Beside(
            run=self._runs,
            earlier=self._earlier is not None,
            pins=self._pins,
            lesson=self._lesson,
            stop=self._stop,
            at_stop=self._lesson is not None and self._at_stop,
            score=predicting.score,
        )
        shown = picture(self._attempt, self._problem, beside, foretelling=not predicting.on)
        if not predicting.on:
            return shown
        asked = replace(
            shown,
            predicting=True,
            question=predicting.question,
            verdict=predicting.verdict,
            vote=predicting.tally,
        )
        return veiled(asked)

    def _set_off(self) -> None:
        """Leave the lesson's stop, the question, the last verdict, and the way of a seek."""
        self._at_stop, self._bound_for = False, None
        self._predicting.forget()

    def _begin(self, program: Program) -> None:
        """Take `program`, make its data, and set PyTorch up; pins of other data go."""
        self._problem = pose(program.data)
        self._pins = tuple(pin for pin in self._pins if pin.data == program.data)
        self._attempt = Attempt(program, self._problem)
        self._earlier = None
        self._runs += 1
        self._set_off()

    def _begin_again(self, program: Program) -> Snapshot:
        """Begin a new run of `program`, with the learning rate of the last, which is kept."""
        left = self._attempt
        program = replace(program, lr=left.run.interpreter.lr)
        self._attempt = Attempt(program, self._problem)
        self._earlier = left if len(left.history) else None
        self._runs += 1
        self._set_off()
        return self.snapshot()

    def _return_to(self, left: Attempt) -> Snapshot:
        """Go on with a run that was left."""
        self._attempt, self._earlier = left, None
        self._runs += 1
        self._set_off()
        for place in (0, left.history.index):  # what is global in PyTorch may have been set anew
            left.run.seek(place)
        return self.snapshot()
