"""Having charts drawn and reports printed: one helper process for each web process, started when needed, ended when idle, its work kept."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import threading
from typing import Any, Final

import structlog
from django.core.cache import cache

from huiyin.kernel.errors import HuiyinError

IDLE_SECONDS: Final = 120.0
LONGEST_SECONDS: Final = 30.0
KEPT_SECONDS: Final = 3600

log = structlog.get_logger(__name__)


class PressFailed(HuiyinError):
    """A chart or a report could not be made."""

    status, code, title = 503, "press-failed", "It could not be drawn or printed"


class Press:
    """The helper process and its queue of one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._idle: threading.Timer | None = None

    def ask(self, work: dict[str, Any]) -> dict[str, str]:
        """Hand over work and wait for the answer. Raises PressFailed."""
        with self._lock:
            try:
                answer: dict[str, str] = json.loads(self._exchange(json.dumps(work)))
            except (OSError, ValueError) as error:
                self._end()
                raise PressFailed("The drawing process did not answer. Please try again.") from error
            finally:
                self._rest()
        if "fault" in answer:
            log.warning("press_fault", reason=answer["fault"][:500])
            raise PressFailed("It could not be drawn; the log of the server says why.")
        return answer

    def _exchange(self, line: str) -> str:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        guard = threading.Timer(LONGEST_SECONDS, process.kill)
        guard.daemon = True
        guard.start()
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            return process.stdout.readline()
        finally:
            guard.cancel()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "huiyin.insight.press"]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        return self._process

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = threading.Timer(IDLE_SECONDS, self.close)
        self._idle.daemon = True
        self._idle.start()

    def close(self) -> None:
        """End the helper process."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


PRESS: Final = Press()


def picture(spec: dict[str, Any]) -> str:
    """Return the SVG of a specification, in the page's own letters; the same one is drawn once an hour at most. Raises PressFailed."""
    text = json.dumps(spec, ensure_ascii=False, sort_keys=True, default=str)
    key = "insight:svg:" + hashlib.sha256(text.encode()).hexdigest()
    svg = cache.get(key)
    if svg is None:
        svg = re.sub(r' font-family="[^"]*"', "", PRESS.ask({"draw": json.loads(text)})["svg"])
        cache.set(key, svg, KEPT_SECONDS)
    return str(svg)


def printed(template: str, data: dict[str, Any]) -> bytes:
    """Return the PDF of a template with this data. Raises PressFailed."""
    return base64.b64decode(PRESS.ask({"print": template, "data": data})["pdf"])
