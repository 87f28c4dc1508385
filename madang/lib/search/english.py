"""English by its stems: returned, returning and returns are one word."""

from __future__ import annotations

import threading
from functools import lru_cache

import snowballstemmer

_STEMMER = snowballstemmer.stemmer("english")
_LOCK = threading.Lock()  # a stemmer keeps the word it works on in itself

# Words that are in every message and say nothing. Short on purpose: "not", "no", "off" and "on" do say something.
STOP = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "and",
            "or",
            "of",
            "to",
            "in",
            "is",
            "it",
            "its",
            "i",
            "im",
            "me",
            "my",
            "we",
            "our",
            "you",
        ),
        *(
            "you",
            "your",
            "he",
            "she",
            "they",
            "them",
            "this",
            "that",
            "these",
            "those",
            "be",
            "am",
            "are",
            "was",
            "were",
        ),
        *("been", "do", "does", "did", "have", "has", "had", "will", "would", "with", "for", "from", "at", "by", "as"),
        *("so", "if", "but", "there", "here", "just", "can", "could"),
    )
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in lower case; the word itself when it is not of plain letters or very long."""
    if len(word) > 30 or not word.isascii():
        return word
    with _LOCK:
        stemmed: str = _STEMMER.stemWord(word)
    return stemmed
