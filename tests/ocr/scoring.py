"""How far what was read is from what stands there."""


def character_errors(truth: str, read: str) -> float:
    """The share of characters of `truth` that its best place in `read` gets wrong (semi-global distance)."""
    truth, read = " ".join(truth.split()), " ".join(read.split())
    previous = [0] * (len(read) + 1)
    for i, wanted in enumerate(truth, 1):
        current = [i]
        for j, got in enumerate(read, 1):
            current.append(min(previous[j - 1] + (wanted != got), previous[j] + 1, current[j - 1] + 1))
        previous = current
    return min(previous) / max(1, len(truth))


def errors_of_lines(lines: list[str], read: str) -> float:
    """The same over many lines, wherever each stands."""
    total = sum(len(line) for line in lines)
    return sum(character_errors(line, read) * len(line) for line in lines) / max(1, total)
