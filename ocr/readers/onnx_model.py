"""Networks in ONNX files of the repository, run on one thread."""

import hashlib
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ocr import memory
from ocr.engine import EngineMissing

HOW_TO_INSTALL = "To install what the lock file names: make setup"
HOW_TO_RESTORE = "Hãy cài lại Bản Chính / It is part of Bản Chính: install that anew"
WEIGHTS = Path(__file__).parents[1] / "weights"


class WeightsFile:
    """A file of `ocr/weights`. `cost` says what its absence costs, in Vietnamese and English, for the person
    who reads EngineMissing.

    Without a hash any content will do: whoever trains a reader has weights of their own.
    """

    def __init__(self, name: str, cost: tuple[str, str], sha256: str | None = None) -> None:
        self.path = WEIGHTS / name
        self.cost = cost
        self.sha256 = sha256

    def checked(self) -> Path:
        """Where the file is, whose hash is right. Raises EngineMissing."""
        self.content()
        return self.path

    def content(self) -> bytes:
        """The bytes of the file, whose hash is right. Raises EngineMissing."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise self._missing("không đọc được", "cannot be read") from error
        if self.sha256 is not None and hashlib.sha256(content).hexdigest() != self.sha256:
            known = f"(SHA-256 {self.sha256[:16]}…)"
            raise self._missing(f"không phải tệp đã thử {known}", f"is not the file that was tested {known}")
        return content

    def _missing(self, *trouble: str) -> EngineMissing:
        vi, en = (f"{what}: {cost}" for what, cost in zip(trouble, self.cost, strict=True))
        return EngineMissing(f"{self.path} {vi} / {en}. {HOW_TO_RESTORE}")


class Network:
    """One input, one output, one thread: pages run in parallel processes instead."""

    def __init__(self, model: bytes | Path) -> None:
        """A model, or the file in which it is: of bytes onnxruntime keeps a copy for as long as it runs them,
        which are 4 to 12 MB. Raises EngineMissing."""
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineMissing(f"onnxruntime is not installed. {HOW_TO_INSTALL}") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Lines differ in width: a plan of memory by shape would be made anew for each and kept.
        options.enable_mem_pattern = False
        # The networks work one after the other: one arena for all instead of one each saves 25 MB a process.
        with _sharing:
            _share_arena()
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.log_severity_level = 3
        given = str(model) if isinstance(model, Path) else model
        self._session = onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        memory.give_back()  # what loading a model took for a moment

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        (answer,) = self._session.run(None, {self._input: batch})
        return np.asarray(answer, dtype=np.float32)


_sharing = Lock()


@cache
def _share_arena() -> None:
    import onnxruntime

    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(place, None)
