"""The regions whose phone numbers a text may have, by its site and its language."""

from phonenumbers import SUPPORTED_REGIONS

Regions = tuple[str, ...]

#: Regions whose numbers are tried in texts of a language, the likeliest first.
_REGIONS = {
    "en": ("US", "GB", "AU", "NZ", "IE", "IN", "ZA", "PH"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA"),
    "es": ("ES", "MX", "AR", "CL", "CO"),
    "it": ("IT", "CH"),
    "pt": ("BR", "PT"),
    "nl": ("NL", "BE"),
    "ko": ("KR",),
    "ja": ("JP",),
    "pl": ("PL",),
    "sv": ("SE",),
    "da": ("DK",),
    "no": ("NO",),
    "fi": ("FI",),
    "ca": ("ES",),
    "id": ("ID",),
    "ru": ("RU",),
    "uk": ("UA",),
    "he": ("IL",),
    "tr": ("TR",),
}
_TOP_LEVEL = {"uk": "GB"}


def regions_of(site: str, language: str | None) -> Regions:
    """The regions whose numbers are tried in a text, the likeliest first.

    Args:
        site: Its site, whose top-level domain names one.
        language: Its language, which names more of them.
    """
    end = site.rpartition(".")[2].lower()
    own = _TOP_LEVEL.get(end, end.upper())
    named = [own] if own in SUPPORTED_REGIONS else []
    spoken = _REGIONS.get((language or "en").partition("-")[0], _REGIONS["en"])
    return tuple(dict.fromkeys([*named, *spoken, "US", "GB"]))
