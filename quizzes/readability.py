"""How hard a text is to read: words, sentences, syllables and the Flesch-Kincaid grade.

`code` counts as one plain word. Syllables are counted by a rule for English spelling (groups of vowels, without a
silent e), not by a dictionary: right for about nine words in ten, which suffices for a mean over a whole text. A short
word in capitals, such as SQS, counts as one syllable.
"""

from __future__ import annotations

import re

LONGEST_ABBREVIATION = 4
_CODE = re.compile(r"`[^`]*`")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’./:-][A-Za-z0-9]+)*")
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”)]*\s+")
_VOWELS = re.compile(r"[aeiouy]+")
_TWO_SOUNDS = re.compile(r"ia(?!l)|io(?!n|u)|iu|eo|ua(?!l?ge)|ying|[^q]ue[nt]|eated")
_SILENT_END = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeioutd]ed$|[^aeiousxzcgh]es$")


def plain(text: str) -> str:
    """Return the text with each code span replaced by one plain word and without marks of emphasis."""
    return _CODE.sub("code", text).replace("**", "")


def words(text: str) -> list[str]:
    """Return the words; one with a hyphen or an apostrophe is one word, and so is a code span."""
    return _WORD.findall(plain(text))


def sentences(text: str) -> list[str]:
    """Return the sentences, without line breaks."""
    flat = " ".join(plain(text).split())
    return [part for part in _SENTENCE_END.split(flat) if _WORD.search(part)]


def syllables(word: str) -> int:
    """Return the number of syllables, one at least."""
    if word.isupper() and len(word) <= LONGEST_ABBREVIATION:
        return 1
    return sum(max(1, _in_part(part)) for part in re.split(r"[^a-z]+", word.lower()) if part) or 1


def words_a_sentence(text: str) -> float:
    """Return the mean number of words in a sentence."""
    return len(words(text)) / max(1, len(sentences(text)))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    found = words(text)
    if not found:
        return 0.0
    a_word = sum(map(syllables, found)) / len(found)
    return 0.39 * words_a_sentence(text) + 11.8 * a_word - 15.59


def _in_part(part: str) -> int:
    return len(_VOWELS.findall(part)) + len(_TWO_SOUNDS.findall(part)) - bool(_SILENT_END.search(part))
