"""The regions whose phone numbers a text may have, by its site and its language."""

Regions = tuple[str, ...]

#: Regions whose numbers are tried in texts of a language, the likeliest first.
REGIONS = {
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
#: Top-level domains that are no region's own code.
TOP_LEVEL = {"uk": "GB"}
