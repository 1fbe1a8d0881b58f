"""What the quality stage measures of a text, by the names of those who proposed it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Measures of a text; shares are 0 to 1.

    Sources: Gopher (Rae et al. 2021, arXiv:2112.11446, appendix A1.1), C4 (Raffel et al. 2020,
    arXiv:1910.10683, section 2.2), FineWeb (Penedo et al. 2024, arXiv:2406.17557, section 3.6).
    """

    #: Letters and other characters of a word, on average (Gopher).
    mean_word_length: float = 0.0
    #: Hashes and ellipses for each word (Gopher).
    symbols_per_word: float = 0.0
    #: Lines that begin with a bullet (Gopher).
    bullet_lines: float = 0.0
    #: Lines that end in an ellipsis (Gopher).
    ellipsis_lines: float = 0.0
    #: Words with a letter in them (Gopher).
    alphabetic_words: float = 0.0
    #: How many of eight English function words occur (Gopher).
    stop_words: float = 0.0
    #: Lines that stood in the text before, and their characters (Gopher).
    repeated_lines: float = 0.0
    repeated_line_characters: float = 0.0
    #: Characters in the most frequent run of two, three and four words (Gopher).
    top_2gram: float = 0.0
    top_3gram: float = 0.0
    top_4gram: float = 0.0
    #: Characters in runs of five and of ten words that stood in the text before (Gopher).
    repeated_5gram: float = 0.0
    repeated_10gram: float = 0.0
    #: Lines that end in a mark that ends a sentence (C4, FineWeb).
    terminal_lines: float = 0.0
    #: Sentences (C4).
    sentences: float = 0.0
    #: Curly brackets for each word, which prose has none of (C4).
    braces_per_word: float = 0.0
    #: Lines that speak of JavaScript or cookies, or begin dummy text (C4).
    technical_lines: float = 0.0
    #: Lines of fewer than 30 characters (FineWeb).
    short_lines: float = 0.0
    #: Words of a line, on average; lists of links and names have few.
    words_per_line: float = 0.0
    #: Characters that stand for bytes nobody could read (U+FFFD).
    unreadable: float = 0.0
    #: How much it looks like prose, 0 to 1: the mean of how far lines end as sentences do, words
    #: are letters, nothing repeats, and braces and bullets are absent; taken down as far as it is
    #: dummy text, a notice of cookies, keywords or a menu.
    prose_confidence: float = 0.0
