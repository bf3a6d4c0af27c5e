"""The network: the convolutions of PP-OCRv6 small, a Vietnamese head, a frame each 4 pixels, CTC.

A frame sees the 22 beside it on each side (13 by the backbone, 9 by the head), some six letters, and there is
no attention: so it reads ink and does not guess words. To weigh its answer by language is left to others.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import nn
from torch.nn import functional

WIDTH = 224  # channels of the head
REACH = 7  # frames that a block of the head sees at once
BLOCKS = 3  # of the head
GELU_AS_SILU = 1.702
#: Parts that are trained from nothing; the others come from PP-OCRv6.
HEAD = ("squash", "time", "norm", "out")


class Excitation(nn.Module):
    """Squeeze and excitation: channels weighed by what the whole picture holds."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, channels // 4, 1)
        self.up = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weights = functional.relu(self.down(x.mean((2, 3), keepdim=True)))
        return x * functional.hardsigmoid(self.up(weights))


class Mixer(nn.Module):
    """A block of the backbone: 3×3 by channel, excitation where there is some, then all channels mixed."""

    def __init__(self, channels: tuple[int, int], stride: tuple[int, int], excited: bool, skip: bool) -> None:
        super().__init__()
        before, after = channels
        self.spread = nn.Conv2d(before, before, 3, stride, 1, groups=before)
        self.excitation = Excitation(before) if excited else None
        self.up = nn.Conv2d(before, 2 * before, 1)
        self.activation: nn.Module = nn.GELU()
        self.down = nn.Conv2d(2 * before, after, 1)
        self.skip = skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.spread(x)
        if self.excitation is not None:
            x = self.excitation(x)
        mixed = self.down(self.activation(self.up(x)))
        return x + mixed if self.skip else mixed

    def convolutions(self) -> Iterator[nn.Conv2d]:
        """In the order in which they act."""
        yield self.spread
        if self.excitation is not None:
            yield from (self.excitation.down, self.excitation.up)
        yield from (self.up, self.down)


class Neighbours(nn.Module):
    """A block of the head: each frame with those beside it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.spread = nn.Conv2d(channels, channels, (1, REACH), 1, (0, REACH // 2), groups=channels)
        self.norm = nn.BatchNorm2d(channels)
        self.up = nn.Conv2d(channels, 2 * channels, 1)
        self.activation: nn.Module = nn.GELU()
        self.down = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.down(self.activation(self.up(self.norm(self.spread(x)))))


def _level(channels: int, excited: Sequence[bool]) -> list[Mixer]:
    return [Mixer((channels, channels), (1, 1), e, skip=True) for e in excited]


def _halving(before: int, after: int) -> Mixer:
    """Halves the height and keeps the width, so that frames stay as narrow as they are."""
    return Mixer((before, after), (2, 1), excited=False, skip=False)


class LineNetwork(nn.Module):
    """Grey -1 (black) to 1 (white), shape [lines, 1, 40, width] → scores [lines, symbols, frames]."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.stem0 = nn.Conv2d(1, 48, 3, 2, 1)
        self.stem1 = nn.Conv2d(48, 24, 2)
        self.stem2 = nn.Conv2d(24, 48, 2)
        self.stem3 = nn.Conv2d(96, 48, 3, 2, 1)
        self.stem4 = nn.Conv2d(48, 96, 1)
        every, other = (True, False), (True, False) * 3
        blocks = (*_level(96, (*every, False)), _halving(96, 192), *_level(192, other))
        self.blocks = nn.ModuleList((*blocks, _halving(192, 384), *_level(384, every)))
        self.squash = nn.Conv2d(384, WIDTH, (3, 1))
        self.time = nn.Sequential(*(Neighbours(WIDTH) for _ in range(BLOCKS)))
        self.norm = nn.BatchNorm2d(WIDTH)
        self.out = nn.Conv2d(WIDTH, symbols, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.features(x)
        x = functional.silu(self.squash(x))
        return self.out(self.norm(self.time(x))).squeeze(2)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """What the backbone makes of lines: 384 channels, 3 high, a column a frame."""
        after = (0, 1, 0, 1)  # padding right and below keeps the size under kernels of 2
        x = functional.pad(functional.relu(self.stem0(x)), after)
        narrow = functional.pad(functional.relu(self.stem1(x)), after)
        both = (functional.max_pool2d(x, 2, 1), functional.relu(self.stem2(narrow)))
        x = functional.relu(self.stem4(functional.relu(self.stem3(torch.cat(both, 1)))))
        for block in self.blocks:
            x = block(x)
        return x

    def backbone(self) -> Iterator[nn.Conv2d]:
        """The convolutions of the backbone in the order in which they act."""
        yield from (self.stem0, self.stem1, self.stem2, self.stem3, self.stem4)
        for block in self.blocks:
            yield from block.convolutions()

    def use_silu(self) -> None:
        """Puts SiLU in place of GELU: in 8 bits it is a table of sigmoids and a product, a third of the time.

        GELU(x) is nearly SiLU(1.702 x) / 1.702 (Hendrycks and Gimpel 2016); the factor goes into the
        convolutions on both sides.
        """
        for block in (*self.blocks, *self.time):
            for parameter in block.up.parameters():
                parameter.data.mul_(GELU_AS_SILU)
            block.down.weight.data.div_(GELU_AS_SILU)
            block.activation = nn.SiLU()
