"""Networks in ONNX files: found in an installed distribution, known by their hash, run on one thread."""

import hashlib
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.engine import EngineMissing

HOW_TO_INSTALL = "To install what the lock file names: make setup"


class PackagedFile:
    """A data file of a distribution whose code is never imported.

    `cost` says what its absence costs, for the person who reads EngineMissing.
    """

    def __init__(self, distribution: str, file: str, sha256: str, cost: str) -> None:
        self.distribution = distribution
        self.file = file
        self.sha256 = sha256
        self.cost = cost

    @property
    def version(self) -> str:
        """The version of the distribution. Raises EngineMissing."""
        return self._distribution().version

    def content(self) -> bytes:
        """The bytes of the file, whose hash is right. Raises EngineMissing."""
        path = Path(str(self._distribution().locate_file(self.file)))
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._missing(f"{path} cannot be read") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise self._missing(f"{path} is not the file that was tested (SHA-256 {self.sha256[:16]}…)")
        return content

    def _distribution(self) -> metadata.Distribution:
        try:
            return metadata.distribution(self.distribution)
        except metadata.PackageNotFoundError as error:
            raise self._missing(f"{self.distribution} is not installed") from error

    def _missing(self, trouble: str) -> EngineMissing:
        return EngineMissing(f"{trouble}: {self.cost}. {HOW_TO_INSTALL}")


class Network:
    """One input, one output, one thread: pages run in parallel processes instead."""

    def __init__(self, model: bytes) -> None:
        self._model = model

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        (answer,) = self._session.run(None, {self._session.get_inputs()[0].name: batch})
        return np.asarray(answer, dtype=np.float32)

    @cached_property
    def _session(self) -> Any:
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
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        self._model = b""
        return session
