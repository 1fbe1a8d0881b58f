"""What stands around digits and tells whether they are a phone number."""

import re
from dataclasses import dataclass

#: Names of numbers that are no phone numbers, right before them.
_OTHER = re.compile(
    r"(?:\b(?:isbn|issn|doi|pmid|pmcid|arxiv|npi|iban|siret|siren|adeli|rpps|vat|ust-?id|btw|kvk|"
    r"bic|iva|cif|nif|nie|cnpj|cpf|crp|abn|acn|ein|gst|steuernummer|kundennummer|bestellnummer|"
    r"rechnung|konto|rekening|albo|coleg\w+|lpc|lmft|lcsw|psy|zip|postcode|licen[cs]e)(?:-?1[03])?"
    r"(?:\W{0,3}(?:no|nr|num(?:ber|[e\u00e9]ro)?|nummer|n))?|"
    r"\b(?:invoice|order|charity|company|lic|registration|reg|member(?:ship)?|case|ticket|code|"
    r"patent|release|section|article|chapter|room|suite)"
    r"(?:\W{1,3}(?:no|nr|num(?:ber|[e\u00e9]ro)?)|(?=\s?#))|"
    r"\b(?:id|vol|volume|ref|reference|account|tracking|certificate|version|build|lot)|"
    r"\b(?:no|nr|n[\u00ba\u00b0.]|pp?\.|pages?|seiten?|s\.)|[$\u20ac\u00a3\u00a5\u20b9]|"
    r"\b(?:usd|eur|gbp|aud|chf|rs)|[A-Z]{2}\d\d)"
    r"[\s.:#\u00ba\u00b0-]{0,3}$",
    re.IGNORECASE,
)
#: Words that announce a phone number, and few others between.
_CUE = re.compile(
    r"(?:\b(?:tel|tl[fm]|t[e\u00e9]l(?:[e\u00e9]?(?:f|ph)\w+)?|phone|ph|call(?:ing)?|cell\w*|mob|"
    r"mobile?|handy|ring|text|sms|whats ?app|signal|viber|fax|dial|fon|fone|m[o\u00f3]vil|cel|"
    r"celular|portable|gsm|(?:an)?ruf\w*|appel\w*|joindre|ll[a\u00e1]m\w*|chiam\w*|lig(?:ue|ar|a)|"
    r"bel|bellen|bereik\w*|contact\w*|contatt\w*|kontakt\w*|reach(?:ed|able)? (?:me|us|out|her|him|"
    r"by|at|on)|voicemail|message|desk|reception|office|erreich\w+|book\w*|schedul\w*|"
    r"appointments?|reserv\w+|termin\w*|rendez-vous|cita)\b[^\d\n]{0,30}"
    r"|\b(?:num(?:ber|ero)|n[u\u00fa]mero|num[e\u00e9]ro|nummer)(?: (?:is|es|ist|est))?\W{0,3}"
    r"|(?:^|[\s|(])[tpmf][:.][\s(+]*)$",
    re.IGNORECASE,
)
#: A label that leaves no doubt, even before a name for another number.
_LABEL = re.compile(
    r"\b(?:tel|tl[fm]|t[e\u00e9]l(?:[e\u00e9]?(?:f|ph)\w+)?|phone|mobile?|fax|whats ?app|cell)"
    r"\W{0,3}(?:no|nr|num\w*|n[\u00ba\u00b0])?\W{0,4}$|(?:^|[\s|(])[tpmf]:[\s(+]*$",
    re.IGNORECASE,
)
#: What makes a run a part of something else, before it and behind it.
_PRECEDED = re.compile(r"(?:[^\W_]|[/=&_@%]|[^\W_][.,-]|\d:)$")
#: Runs that are phone numbers wherever they stand.
_CLEAR = re.compile(r"[2-9]\d\d([.-])\d{3}\1\d{4}|\([2-9]\d\d\) ?\d{3}-\d{4}|\+\d[\d ()-]{9,18}")
_ATTACHED = re.compile(r"(?![xX]\s?\d)[\w=@%]|,\d|:\d\d(?!\d)")
_NEVER_BEFORE = ("/", "=", "&", "_", "@", "%")
#: What parts a footer into its pieces, before a number and behind it.
_BAR = ("|", "\u2022", "\u00b7", " -", "*")
_BAR_BEHIND = re.compile(r"\s*(?:$|[|\u2022\u00b7*]| - )")
_UNIT = re.compile(
    r"\s?(?:%|\u20ac|\$|\u00a3|eur|usd|euros?|dollars|people|years|words|mg|km|kg)\b", re.IGNORECASE
)
#: A local number behind a number; the number is found without it and masked with it.
EXTENSION = re.compile(
    r"[,;]? ?(?:(?:ext(?:ension|n)?|x|durchwahl|dw|poste|int(?:erno)?|anexo|ramal|toestel|app)"
    r"[.:]? ?|#)\d{1,6}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text in plain signs."""

    text: str

    def announced(self, start: int) -> bool:
        """Whether words before a place say that a phone number follows."""
        return _CUE.search(self.text[max(0, start - 60) : start]) is not None

    def labelled(self, start: int) -> bool:
        """Whether the name of a phone number stands right before a place."""
        return _LABEL.search(self.text[max(0, start - 30) : start]) is not None

    def alone(self, start: int, stop: int) -> bool:
        """Whether nothing else stands in the line, or in its part between bars."""
        before = self.text[:start].rstrip("\t (+")
        extension = EXTENSION.match(self.text, stop)
        stop = extension.end() if extension else stop
        return (not before or before.endswith(_BAR)) and bool(_BAR_BEHIND.match(self.text, stop))

    def named_otherwise(self, start: int) -> bool:
        """Whether words before a place say that another kind of number follows."""
        before = self.text[max(0, start - 30) : start]
        return _OTHER.search(before) is not None and not self.labelled(start)

    def stands_free(self, start: int, stop: int) -> bool:
        """Whether a stretch is no part of a word, an address or a longer number."""
        before = self.text[max(0, start - 30) : start]
        if _CLEAR.fullmatch(self.text, start, stop) or _LABEL.search(before):
            return not before.endswith(_NEVER_BEFORE)  # words may be glued to such a number
        return not (_ATTACHED.match(self.text, stop) or _PRECEDED.search(before))

    def counted(self, stop: int) -> bool:
        """Whether a unit follows a place."""
        return _UNIT.match(self.text, stop) is not None
