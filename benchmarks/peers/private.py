"""What other tools take for an e-mail address or a phone number: JSON lines in, JSON lines out.

In: `{"text": ...}`. Out: `{"spans": {...}}`, by the name of the setting, each a list of
`[start, end, kind]`. No language model is loaded: both tools are asked for their patterns.
"""

import json
import sys
from collections.abc import Callable, Iterator

from datatrove.pipeline.formatters.pii import PIIFormatter  # type: ignore[import-not-found]
from presidio_analyzer.predefined_recognizers import (  # type: ignore[import-not-found]
    EmailRecognizer,
    PhoneRecognizer,
)
from tldextract import TLDExtract, tldextract

Span = tuple[int, int, str]

#: The countries whose languages the sentences are in.
_REGIONS = [
    "US",
    "CA",
    "GB",
    "IE",
    "AU",
    "NZ",
    "IN",
    "PH",
    "ZA",
    "DE",
    "AT",
    "CH",
    "FR",
    "BE",
    "ES",
    "MX",
    "AR",
    "IT",
    "NL",
    "PT",
    "BR",
]
# The recogniser asks this library for the suffix of a domain, which else fetches a list.
tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=(), cache_dir=None)
_FORMATTER = PIIFormatter()
_EMAIL = EmailRecognizer()
_PHONES = {
    "default regions": PhoneRecognizer(),
    "21 regions": PhoneRecognizer(supported_regions=tuple(_REGIONS)),
}


def _datatrove(text: str) -> Iterator[Span]:
    """It replaces what this pattern matches; phone numbers it does not know."""
    for match in _FORMATTER.emails_replacer.regex.finditer(text):
        yield match.start(), match.end(), "email"


def _presidio(regions: str) -> Callable[[str], Iterator[Span]]:
    def spans(text: str) -> Iterator[Span]:
        for one in _EMAIL.analyze(text, ["EMAIL_ADDRESS"]):
            yield one.start, one.end, "email"
        for one in _PHONES[regions].analyze(text, ["PHONE_NUMBER"]):
            yield one.start, one.end, "phone"

    return spans


SYSTEMS: dict[str, Callable[[str], Iterator[Span]]] = {
    "datatrove, PIIFormatter": _datatrove,
    "Presidio, patterns, default regions": _presidio("default regions"),
    "Presidio, patterns, 21 regions": _presidio("21 regions"),
}


def main() -> None:
    """Answer each line."""
    for line in sys.stdin:
        text = json.loads(line)["text"]
        spans = {name: list(system(text)) for name, system in SYSTEMS.items()}
        sys.stdout.write(json.dumps({"spans": spans}) + "\n")


if __name__ == "__main__":
    main()
