"""What is a post, and what a post is about."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError
from pipelines.core.model import Via
from pipelines.core.reasons import Reason
from pipelines.core.signs import Signs, Template
from pipelines.core.subject import find
from pipelines.extract.marks import signs
from pipelines.extract.page import parse
from pipelines.stages.topic import Topic
from tests.factories import NOON, document

ANY = Topic(subject="any")
PROSE = "\n\n".join(
    ["Nobody had told her how quiet the house would be once the last box had gone out of its door."]
    * 8
)
#: What brings people to therapy, without one word of the trade.
ABOUT_THERAPY = {
    "en": "Grief came in the evenings, when the children slept. I felt angry, then guilty about my "
    "anger, and I cried where my family could not see it. ",
    "de": "Die Trauer kam am Abend, wenn die Kinder schliefen. Ich fühlte Wut, dann Schuld, und "
    "ich weinte, wo meine Familie es nicht sah. ",
    "fr": "Le deuil venait le soir, quand les enfants dormaient. J'ai ressenti de la colère, puis "
    "de la culpabilité, et je pleurais loin de ma famille. ",
    "es": "El duelo llegaba de noche, cuando los hijos dormían. Sentí enojo, luego culpa por mi "
    "enojo, y lloraba donde mi familia no me veía. ",
    "it": "Il lutto arrivava la sera, con i bambini a dormire. Sentivo rabbia, poi colpa per la "
    "mia rabbia, e piangevo lontano dalla mia famiglia. ",
    "pt": "O luto vinha à noite, quando as crianças iam dormir. Senti raiva, depois culpa pela "
    "minha raiva, e chorava longe da minha família. ",
    "nl": "De rouw kwam in de avond, als de kinderen sliepen. Ik voelde woede, dan schuld, en ik "
    "huilde waar mijn gezin het niet zag. ",
}
ABOUT_TRADES = (
    "The new gearbox shifts faster, and the engine needs less oil than last year's model did. "
    "We measured fuel, noise and brakes on a wet track, and the tyres held well in every corner. "
)


def judged(found: Document, stage: Topic = ANY) -> Reason | None:
    """Why a page alone is turned down."""
    (after,) = stage([found])
    return None if after.rejection is None else after.rejection.reason


def page(path: str, given: Signs, *, text: str = PROSE, dated: bool = False) -> Document:
    """An imported page with signs of its own."""
    made = document(
        url=f"https://practice.example{path}",
        via=Via.IMPORT,
        published_at=NOON if dated else None,
        text=text,
        word_count=len(text.split()),
    )
    return dataclasses.replace(made, signs=given)


def read(html: str, url: str = "https://practice.example/x/") -> Signs:
    """The signs of a page."""
    parsed = parse(html, url, NOON)
    assert parsed is not None
    return signs(parsed)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("single single-post postid-7 right-sidebar", Template.POST),
        ("page page-id-4 page-template-default", Template.PAGE),
        ("home page page-id-2", Template.HOME),
        ("home blog", Template.LISTING),
        ("archive category category-sleep", Template.LISTING),
        ("error404", Template.UTILITY),
        ("single single-product woocommerce", Template.PRODUCT),
        ("collection-type-blog-basic-grid view-item", Template.POST),
        ("collection-type-blog-basic-grid view-list", Template.LISTING),
        ("collection-type-page", Template.PAGE),
        ("post-template tag-rest", Template.POST),
        ("home-template", Template.HOME),
        ("", None),
    ],
)
def test_templates(classes: str, expected: Template | None) -> None:
    """What a publishing system writes into the class of the body is understood."""
    assert read(f"<html><body class='{classes}'><p>Rest.</p></body></html>").template is expected


def test_menus_do_not_count() -> None:
    """Words and links of menus are left out, whatever a theme calls the body around them."""
    prose = "<p>" + "Rest is a skill that can be learnt slowly and with care. " * 5 + "</p>"
    menu = "<nav>" + "<a href='/a'>A page of ours</a> " * 30 + "</nav>"
    found = read(f"<html><body class='right-sidebar'>{menu}<main>{prose}</main></body></html>")

    assert (found.link_density, found.paragraphs) == (0.0, 1)


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        ("/blog/a-quiet-house/", Signs(), None),
        ("/a-quiet-house.html", Signs(articles=1, byline=True), None),
        ("/quiet/", Signs(template=Template.POST, template_from="single-post"), None),
        ("/quiet/", Signs(json_ld_types=("BlogPosting",)), None),
        ("/couples/", Signs(template=Template.PAGE, template_from="page"), Reason.TOPIC_NOT_A_POST),
        ("/couples/", Signs(json_ld_types=("Service",)), Reason.TOPIC_SERVICE),
        ("/fees/", Signs(), Reason.TOPIC_SERVICE),
        ("/about-ruth/", Signs(), Reason.TOPIC_BIO),
        ("/contact/", Signs(), Reason.TOPIC_CONTACT),
        ("/terms/", Signs(), Reason.TOPIC_UTILITY),
        ("/x1/", Signs(heading="Privacy Policy"), Reason.TOPIC_UTILITY),
        ("/mug/", Signs(template=Template.PRODUCT), Reason.TOPIC_SHOP),
        ("/quiet/", Signs(template=Template.HOME), Reason.TOPIC_HOME),
        ("/quiet/", Signs(template=Template.LISTING), Reason.TOPIC_LISTING),
        ("/embeds/quiet-house.html", Signs(), Reason.TOPIC_EMBED),
        ("/help-x/", Signs(heading="Therapy in Springfield, IL"), Reason.TOPIC_LANDING),
    ],
)
def test_kinds(path: str, given: Signs, expected: Reason | None) -> None:
    """Markup, address and heading tell a post from the pages of a practice, with their kind."""
    assert judged(page(path, given)) == expected


def test_forwarding() -> None:
    """A page that sends its reader on and holds nothing itself is a stub."""
    html = "<html><head><meta http-equiv='refresh' content='0; url=/new/'></head><body>Moved</body>"

    assert judged(page("/quiet-old-house/", read(html), text="Moved")) is Reason.TOPIC_STUB


def test_named_by_a_feed() -> None:
    """What a feed names is a post, whatever its markup; home pages and listings are not."""
    as_page = Signs(template=Template.PAGE, template_from="page")

    assert judged(dataclasses.replace(page("/rest/", as_page), via=Via.FEED)) is None
    assert judged(dataclasses.replace(page("/", as_page), via=Via.FEED)) is Reason.TOPIC_HOME


def test_listings_name_posts() -> None:
    """A page without any mark is a post if a listing of its site links to it."""
    link = "<html><body><main><a href='/modes/'>Modes</a></main></body></html>"
    listing = page("/blog/", read(link, "https://practice.example/blog/"))
    plain = page("/modes/", Signs(), text="A day. " * 40)

    assert judged(plain) is Reason.TOPIC_NOT_A_POST
    assert [found.rejection is None for found in ANY([listing, plain])] == [False, True]


def test_offers_weigh() -> None:
    """A page that mostly invites to book is no post, by the same address as one that is."""
    offer = "Book a free consultation. Contact us today. We offer telehealth and a sliding scale. "

    assert judged(page("/healing-your-anxious-heart/", Signs())) is None
    assert judged(page("/healing-your-anxious-heart/", Signs(), text=offer * 8)) is not None


@pytest.mark.parametrize("language", sorted(ABOUT_THERAPY))
def test_everyday_words(language: str) -> None:
    """Grief and family in everyday words are on subject in every language that is known."""
    found = page("/blog/that-year/", Signs(), text=ABOUT_THERAPY[language] * 7)

    assert judged(dataclasses.replace(found, language=language), Topic()) is None


def test_off_subject() -> None:
    """A post about another trade is turned down with its score, unless any subject will do."""
    post = page("/blog/on-the-track/", Signs(), text=ABOUT_TRADES * 6)
    (after,) = Topic()([post])

    assert after.rejection is not None
    assert after.rejection.reason is Reason.TOPIC_OFF_SUBJECT
    assert after.subject_score is not None
    assert f"{after.subject_score:.2f}" in after.rejection.detail
    assert judged(post, ANY) is None


def test_subjects() -> None:
    """Another subject than the two is refused when the config is read."""
    with pytest.raises(ConfigError, match="cars"):
        Topic(subject="cars")


def test_abstains() -> None:
    """Nothing is said of the subject in a language whose terms are not known."""
    post = dataclasses.replace(page("/blog/a-b/", Signs(), text=ABOUT_TRADES * 6), language="fi")

    assert judged(post, Topic()) is None
    assert find("", ABOUT_TRADES, "und") is None


def test_a_site_carries_a_doubtful_post() -> None:
    """A post that says little of the subject passes among posts that are about it."""
    doubtful = ABOUT_TRADES * 6 + "I felt tired and sad. "
    sure = [page(f"/blog/year-{n}-ends/", Signs(), text=ABOUT_THERAPY["en"] * 3) for n in range(4)]
    post = page("/blog/on-the-track/", Signs(), text=doubtful)

    assert judged(post, Topic()) is Reason.TOPIC_OFF_SUBJECT
    assert all(found.rejection is None for found in Topic()([*sure, post]))


@given(
    title=st.text(max_size=40),
    text=st.text(max_size=400),
    language=st.sampled_from([*ABOUT_THERAPY, "fi", "und", None]),
)
def test_score(title: str, text: str, language: str | None) -> None:
    """A score lies in 0..1, whatever the text."""
    found = find(title, text, language)

    assert found is None or 0 <= found.score <= 1


def test_order_of_a_site() -> None:
    """What becomes of the pages of two mixed sites does not depend on their order."""
    pages = [page(f"/blog/year-{n}-ends/", Signs(byline=bool(n % 2))) for n in range(6)]
    pages += [page(f"/x{n}/", Signs(template=Template.PAGE, comments=True)) for n in range(4)]
    pages += [dataclasses.replace(one, site="other.example") for one in pages[:5]]
    shuffled = random.Random(7).sample(pages, len(pages))

    straight = sorted(map(repr, Topic()(pages)))
    assert sorted(map(repr, Topic()(shuffled))) == straight
