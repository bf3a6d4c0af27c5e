"""A network in training, kept on disk with the alphabet that its last layer speaks."""

from pathlib import Path

import torch

from ocr.readers.banchinh_reader import ALPHABET
from ocr.training.network import LineNetwork

FILE = "reader.pt"


class OtherAlphabet(ValueError):
    """The checkpoint was trained for other symbols than the reader has."""


def save_checkpoint(network: LineNetwork, average: LineNetwork, folder: Path) -> None:
    """Keeps both: the average reads better, the other is what training would go on with."""
    state = {"net": network.state_dict(), "average": average.state_dict(), "alphabet": list(ALPHABET)}
    part = folder / f"{FILE}.part"
    torch.save(state, part)
    part.replace(folder / FILE)


def load_average(folder: Path) -> LineNetwork:
    """The averaged network of a run. Raises OtherAlphabet."""
    state = torch.load(folder / FILE, weights_only=True)
    if tuple(state["alphabet"]) != ALPHABET:
        raise OtherAlphabet(f"{folder / FILE} was trained for other symbols than the reader has: train anew")
    network = LineNetwork(len(ALPHABET))
    network.load_state_dict(state["average"])
    return network.eval()
