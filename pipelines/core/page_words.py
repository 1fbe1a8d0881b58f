"""The words that tell kinds of pages: types of schema.org, names of pages, offers."""

import re

from pipelines.core.reasons import Reason


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Types of schema.org whose page is an article, and those of pages of a practice.
ARTICLES = _words("""
    BlogPosting Article NewsArticle MedicalScholarlyArticle ScholarlyArticle TechArticle
    Report ReportageNewsArticle OpinionNewsArticle AnalysisNewsArticle LiveBlogPosting
    Recipe HowTo
""")
KINDS = {
    "ContactPage": Reason.TOPIC_CONTACT,
    "AboutPage": Reason.TOPIC_BIO,
    "ProfilePage": Reason.TOPIC_BIO,
    "Product": Reason.TOPIC_SHOP,
    "Service": Reason.TOPIC_SERVICE,
    "MedicalTherapy": Reason.TOPIC_SERVICE,
    "CheckoutPage": Reason.TOPIC_SHOP,
}
#: Words of names of pages, by the kind of page they name; see core.url_words.UTILITY.
NAMES = {
    Reason.TOPIC_CONTACT: _words("""
    contact contacts contacting location locations directions book booking bookings
    appointment appointments schedule scheduling consultation kontakt termin termine anfahrt
    rdv contacto cita citas contatti prenota afspraak contato agendar
"""),
    Reason.TOPIC_BIO: _words("""
    about team staff bio biography profile profiles therapist therapists counsellors
    counselors providers practitioners credentials qualifications uber ueber propos equipe
    acerca sobre equipo quienes chi over quem
"""),
    Reason.TOPIC_SHOP: _words("""
    shop store cart basket checkout product products voucher vouchers course courses
    warenkorb kasse boutique panier tienda carrito negozio carrello winkel winkelwagen loja
    carrinho
"""),
    Reason.TOPIC_SERVICE: _words("""
    service services fee fees rate rates pricing prices insurance treatment treatments
    specialties specialities therapies approach supervision workshop workshops class classes
    leistungen angebot angebote preise kosten honorar tarif tarifs honoraires prestations
    servicio servicios tarifas precios servizi prezzi tariffe diensten tarieven servicos
    precos
"""),
}
#: What only an offer says: invitations to book, hours, prices, "we accept"; in small
#: letters (core.letters), which are searched in a third of the time.
OFFERS = re.compile(
    r"\b(?:(?:book|schedule|request|arrange) (?:a|an|your|my)(?: \w+){0,2} "
    r"(?:consultation|session|appointment|call)|free (?:\d+[- ]min\w* )?(?:\w+ )?consultation|"
    r"(?:call|contact|email|text|reach out to) (?:me|us|our)|get in touch|"
    r"(?:i|we) (?:offer|provide|accept|specialize|specialise|work with|help)|our (?:therapists|"
    r"counsellors|counselors|team|practice|clinic|clinicians|services)|my (?:practice|approach|"
    r"clients|services|office)|in[- ]network|out[- ]of[- ]network|sliding scale|superbill\w*|"
    r"telehealth|per session|termin vereinbaren|prendre rendez-vous|reservar (?:una )?cita|"
    r"prenota(?:re)? (?:una? )?\w+|afspraak maken|agendar (?:uma )?\w+)\b"
)
VAGUE_CLASSES = frozenset(("blog", "date", "author", "tag", "search"))
#: First words of the headings of home pages.
GREETINGS = _words("""
    welcome willkommen bienvenue bienvenido bienvenidos bienvenidas benvenuto benvenuti
    welkom
""")
#: Headings of pages made for one place: "Therapy in Springfield, IL"; the states and
#: provinces are those of ISO 3166-2:US and ISO 3166-2:CA.
PLACE = re.compile(
    r"\b(?:in|near|for|serving|across) [A-Z][\w. ]{1,30}, (?:A[BKLRZ]|BC|C[AOT]|D[CE]|FL|GA|HI|"
    r"I[ADLN]|K[SY]|LA|M[ABDEINOST]|N[BCDEHJLMSTUVY]|O[HKNR]|P[AER]|QC|RI|S[CDK]|T[NX]|UT|V[AT]|"
    r"W[AIVY]|YT)\b"
)
