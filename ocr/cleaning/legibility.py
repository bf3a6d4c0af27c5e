"""Tells a page of which many words were guessed, and why where that is seen: it may be scanned better.

Single words are marked as doubtful; who looks at forty of them needs to hear that another scan would help.
"""

from dataclasses import replace

import cv2
import numpy as np

from ocr.cleaning.cleanup import red
from ocr.engine import Pixels
from ocr.page_notices import DOUBTS_BLURRED, DOUBTS_COARSE, DOUBTS_DARK, DOUBTS_MANY, TURN_UNKNOWN
from ocr.recognition import Notice, Page

GUESSED = 0.6  # confidence below which a word is as often wrong as right
#: The share of such words from which a page is told. The 25 pages of real scans have 0.025 at most; of drawn
#: and real ones made worse, those with up to 0.03 have at most 6 of 1,000 characters wrong.
MANY = 0.06
FEWEST = 20  # words; of fewer each is a large share
COARSE = 140  # dots an inch; 200 is the least that is scanned for records
DARK = 110  # of 255: the light of the paper, below which its noise is as strong as its ink
BLUR = 0.009  # inches: deviation of the blur of the sharpest edges; scans in 300 dpi have a third to a half


def noted(page: Page, pixels: Pixels) -> Page:
    """The page, with a notice where too many of its words were guessed; `pixels` is its picture."""
    if page.origin != "ocr" or TURN_UNKNOWN in page.warnings:  # which says itself what to do
        return page
    apart = page.uncompared
    # Dots to be written on, and the marks between columns, are of no letter that a better scan would show.
    words = [
        word
        for place, word in enumerate(page.words)
        if place not in apart and any(map(str.isalnum, word.text))
    ]
    guessed = sum(word.confidence < GUESSED for word in words)
    if len(words) < FEWEST or guessed < MANY * len(words):
        return page
    return replace(page, warnings=(*page.warnings, _why(page, red(pixels))))


def _why(page: Page, grey: Pixels) -> Notice:
    if page.dpi < COARSE:
        return DOUBTS_COARSE
    paper = float(np.percentile(grey[::5, ::5], 80))
    if paper < DARK:
        return DOUBTS_DARK
    return DOUBTS_BLURRED if _blur(grey, paper) > BLUR * page.dpi else DOUBTS_MANY


def _blur(grey: Pixels, paper: float) -> float:
    """The deviation, in dots, of the blur of the sharpest edges: a step of ink blurred so is h/(s sqrt(2 pi))
    at its steepest."""
    smooth = cv2.blur(grey, (3, 3)).astype(np.float32)  # grain is steeper than any edge
    steps = np.abs(smooth[:, 1:] - smooth[:, :-1])
    steepest = float(np.percentile(steps, 99.9))
    ink = paper - float(np.percentile(smooth[::3, ::3], 0.5))
    return ink / (max(steepest, 1.0) * float(np.sqrt(2 * np.pi)))
