"""What customers and agents write, and what they are called: words.toml put together."""

from __future__ import annotations

import itertools
import random
import tomllib
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text())


def sentences(language: str, seed: int) -> list[str]:
    """Every sentence of a language (``ko`` or ``en``), in an order of the seed's: the first ones are said most."""
    words = WORDS[language]
    found = [frame.format(g=one) for frame, one in itertools.product(words["frames"], words["goods"])]
    random.Random(seed).shuffle(found)  # noqa: S311 - alike from run to run
    return found


def names() -> list[str]:
    """Names of customers, Korean and English in turn."""
    ko, en = WORDS["ko"], WORDS["en"]
    korean = [last + first for last, first in itertools.product(ko["last"], ko["first"])]
    english = [f"{first} {last}" for first, last in itertools.product(en["first"], en["last"])]
    return [name for pair in zip(korean, english, strict=False) for name in pair]
