"""Let publishing calls stand in a bounded line before the bus, and refuse at once those it would keep too long.

What is refused here was never published: whoever hears "not now" may repeat without a trace of the first try. The
number of messages under way follows what the bus answers, as TCP's congestion window does (RFC 5681): a slow disk is
handed less at a time, so that what is handed over is answered in time.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

LINE = 8_192  # messages that may wait for their turn
LONGEST_EXPECTED = 5.0  # seconds; a call that would have to wait longer for its turn is refused at once
LONGEST_TURN = 20.0  # seconds a call waits for its turn at most, when the bus has slowed down behind its back
FIRST_WINDOW, SMALLEST, LARGEST = 128, 8, 512  # messages under way
SLOW = 1.0  # seconds until an answer after which less is handed over at a time
MEASURED = 4.0  # seconds over which the pace of answers is counted
TOO_SOON = 2.0  # seconds of work before which the pace says more about us than about the bus
Told = tuple[str, bytes, dict[str, str]]  # a message to publish: subject, body, headers


class BusUnavailable(Exception):  # noqa: N818 - said as a fact
    """The bus cannot promise anything now; trying again later is right."""


class NotTheLast(Exception):  # noqa: N818 - said as a fact
    """Another message has come under the subject that was to hold none, or one other: nothing was kept."""


class BusBusy(BusUnavailable):
    """Too many wait for the bus already, or it has stopped answering; nothing of this call was published."""


class Line:
    """Turns of publishing calls on one connection; `seconds` is a monotonic clock."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._window = FIRST_WINDOW
        self._under_way = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._held = 0  # messages of all that wait
        self._answers: deque[tuple[float, int]] = deque()
        self._busy_since = 0.0
        self._slowed_at = 0.0
        self._stalled = False

    async def turn(self, messages: int) -> None:
        """Wait until so many messages may be published; `leave` must follow. Raises BusBusy."""
        if not self._waiting and self._fits(messages):
            return self._enter(messages)
        if self._held + messages > LINE or self._expected() > LONGEST_EXPECTED:
            raise BusBusy
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (messages, turn)
        self._waiting.append(place)
        self._held += messages
        try:
            async with asyncio.timeout(LONGEST_TURN):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(messages)  # the turn came in the moment in which its wait ended
            elif place in self._waiting:
                self._waiting.remove(place)
                self._held -= messages
                self._let_in()
            if isinstance(error, TimeoutError):
                raise BusBusy from None
            raise
        return None

    def answered(self, messages: int, took: float) -> None:
        """Note that the bus has promised so many messages, `took` seconds after they were handed over."""
        now = self._seconds()
        self._answers.append((now, messages))
        self.answers()
        if took <= SLOW:
            self._window = min(LARGEST, self._window + messages)
        elif now - self._slowed_at > SLOW:
            self._window, self._slowed_at = max(SMALLEST, self._window // 2), now

    def stalled(self) -> None:
        """Note that the bus has not answered in time: those in the line are refused, and one call at a time tries.

        Whoever comes while one tries waits for what becomes of that.
        """
        self._stalled = True
        self._busy_since = self._seconds()
        self._answers.clear()
        self._window = SMALLEST
        waiting, self._waiting, self._held = self._waiting, deque(), 0
        for _, turn in waiting:
            if not turn.done():
                turn.set_exception(BusBusy())

    def answers(self) -> None:
        """Note that the bus answers again."""
        self._stalled = False
        self._let_in()

    def leave(self, messages: int) -> None:
        """Give the place of so many messages to the next."""
        self._under_way -= messages
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._fits(self._waiting[0][0]):
            messages, turn = self._waiting.popleft()
            self._held -= messages
            if not turn.done():
                self._enter(messages)
                turn.set_result(None)

    def _fits(self, messages: int) -> bool:
        if self._under_way == 0:
            return True
        return not self._stalled and self._under_way + messages <= self._window

    def _enter(self, messages: int) -> None:
        if self._under_way == 0:
            self._busy_since = self._seconds()
        self._under_way += messages

    def _expected(self) -> float:
        """Give how long the line is, in seconds, by the pace of the last answers; 0 while no pace is known."""
        now = self._seconds()
        while self._answers and self._answers[0][0] < now - MEASURED:
            self._answers.popleft()
        busy = min(now - self._busy_since, MEASURED)
        if busy < TOO_SOON:
            return 0.0
        answered = sum(messages for _, messages in self._answers)
        return self._held * busy / answered if answered else float("inf")
