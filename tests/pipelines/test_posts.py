"""The judgement of URLs: listings never pass, posts are not lost."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.model import Via
from pipelines.core.posts import POST_THRESHOLD, PageKind, judge, section_indexes
from pipelines.core.url_shape import is_index_name
from pipelines.core.urls import canonical

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "real"
SITE = "https://blog.example"


def _paths(text: str) -> list[str]:
    return text.split()


LISTINGS = _paths("""
    /blog /blog/ /Blog.html /our-blog/ /mental-health-blog/ /blogs/ /news/ /journal /articles.php
    /posts /archive /archives/ /timeline /blog/index.html /en/blog /aktuelles /actualites /noticias
    /category/sleep/ /blog/category/sleep /kategorie/schlaf /categories/ /categoria/sonno
    /tag/sleep/ /search/label/Sleep /blogs/news/tagged/sleep /schlagwort/angst /tags
    /author/anna/ /author/anna/page/2/ /autor/anna /auteur/anna
    /2020/ /2020/07 /2020/07/ /2020/7/15/ /blog/2020/07 /2020/july/ /july-2020 /archives/07-2020
    /2006_08_01_archive.html /2020-07-15
    /page/2/ /blog/page/3 /blog/2 /seite/2 /pagina/2/ /page-2.html /blog/previous/2
    /?paged=3 /?cat=4 /?s=sleep /search?q=sleep /search?updated-max=2020-07-01 /?tag=x /?author=1
    /blog?offset=1600000000 /blog?page=2 /feed/ /comments/feed/ /feeds/posts/default /?feed=rss2
    /blog?format=rss /insights /resources.html /topics /blog/archive /blog/all /news/archives
    /blog-overview /mental-health-articles /in-the-news /helpful-resources /blog-2/
    /blog-category/sleep /product-category/mugs/ /post_tag/sleep
""")
HOMES = [
    "/",
    "/index.html",
    "/index.php",
    "/home",
    "/en/",
    "/de-ch/",
    "/startseite.html",
    "/home-2/",
    "",
]
DATED = [
    "/2020/07/why-i-vote/", "/2020/07/15/grief", "/2020/7/grief.html", "/blog/2020/07/15/on-grief",
    "/single-post/2019/03/02/grief", "/2020-07-15-on-grief/", "/2020/marriage-counselling/",
    "/2020/07/search/", "/2020/july/on-grief",
]  # fmt: skip
FILED = [
    "/blog/grief", "/post/grief", "/posts/on-grief.html", "/p/on-grief", "/f/on-grief",
    "/news/on-grief", "/journal/grief", "/articles/123456", "/article/3834/1", "/archives/123",
    "/de/blog/warum-wir-schlafen", "/blogs/news/on-grief", "/our-blog/on-grief",
    "/blog/about-grief", "/blog/contact-with-nature",
]  # fmt: skip
UTILITIES = _paths("""
    /about /about-us/ /about-julie /contact.html /contact-live-powerfully /services /rates-insurance
    /fees /faq /book-now /privacy-policy/ /terms-of-use /cart /my-account /login /testimonials
    /meet-the-team /thank-you /404 /sitemap /uber-uns /%C3%BCber-uns /ueber-mich /kontakt /impressum
    /datenschutz /preise /a-propos /mentions-legales /tarifs /quienes-somos /sobre-mi /contacto
    /chi-siamo /contatti /prezzi /over-ons /tarieven /sobre-mim /contato /p/about.html
    /services/anxiety-therapy /team/jane-doe /products/a-mug
""")
TECHNICAL = [
    "/guide.pdf", "/a/b.JPG", "/style.css", "/talk.mp3", "/x.ics", "/sitemap.xml", "/wp-admin/post",
    "/wp-json/wp/v2/posts", "/embeds/embed-why-we-sleep.html", "/wp-content/uploads/a-b-c/",
    "/?page_id=12", "/?attachment_id=3",
]  # fmt: skip
NEUTRAL = [Via.SITEMAP, Via.IMPORT, Via.SEED]


@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize("path", [*LISTINGS, *HOMES])
def test_no_provenance_makes_a_listing_or_a_home_page_a_post(path: str, via: Via) -> None:
    judged = judge(SITE + path, via)

    assert judged.kind is (PageKind.HOME if path in HOMES else PageKind.LISTING), judged.why
    assert judged.score == 0


@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize("path", [*DATED, *FILED])
def test_a_date_or_a_directory_of_posts_makes_a_post(path: str, via: Via) -> None:
    """Even in a menu or a sitemap of pages, and even by one word."""
    assert judge(SITE + path, via).kind is PageKind.POST


@pytest.mark.parametrize("path", UTILITIES)
def test_pages_of_a_practice_are_no_posts(path: str) -> None:
    """In seven languages; only a feed or a sitemap of posts can say otherwise."""
    for via in set(Via) - {Via.FEED, Via.ENUMERATION, Via.POST_SITEMAP}:
        assert judge(SITE + path, via).kind is PageKind.OTHER, via
    assert judge(SITE + path, Via.FEED).kind is PageKind.POST


@pytest.mark.parametrize("via", Via)
@pytest.mark.parametrize("path", TECHNICAL)
def test_files_and_programs_are_nothing(path: str, via: Via) -> None:
    judged = judge(SITE + path, via)

    assert (judged.kind, judged.score) == (PageKind.OTHER, 0)


@pytest.mark.parametrize(
    "path", ["/why-i-vote/", "/slowing-down", "/WhyIVote.html", "/why_i_vote.php", "/why-i-blog/"]
)
def test_several_words_at_the_root_are_a_post_unless_they_stand_in_a_menu(path: str) -> None:
    for via in [*NEUTRAL, Via.LISTING, Via.PAGING]:
        assert judge(SITE + path, via).kind is PageKind.POST, via
    for via in (Via.NAVIGATION, Via.PAGE_SITEMAP):
        assert judge(SITE + path, via).kind is PageKind.OTHER, via


@pytest.mark.parametrize("path", ["/gratitude/", "/anxiety.html"])
def test_one_word_at_the_root_needs_a_witness(path: str) -> None:
    for via in (*NEUTRAL, Via.NAVIGATION, Via.PAGE_SITEMAP):
        assert judge(SITE + path, via).kind is PageKind.OTHER, via
    for via in (Via.FEED, Via.POST_SITEMAP, Via.LISTING, Via.PAGING):
        assert judge(SITE + path, via).kind is PageKind.POST, via


def test_the_order_of_trust() -> None:
    """A feed is trusted most, a menu least."""
    order = [Via.FEED, Via.POST_SITEMAP, Via.LISTING, Via.SITEMAP, Via.NAVIGATION]
    scores = [judge(f"{SITE}/why-i-vote/", via).score for via in order]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_words_of_scripts_without_blanks_are_counted() -> None:
    assert judge(canonical(f"{SITE}/なぜ私たちは眠るのか"), Via.SITEMAP).kind is PageKind.POST


def test_further_pages_of_a_post_are_not_the_post() -> None:
    assert judge(f"{SITE}/why-we-sleep/2/", Via.FEED).score == 0


def test_link_texts_that_name_an_index() -> None:
    assert all(map(is_index_name, ("Blog", "Our Blog", "Latest News", "ARTICLES", "Noticias")))
    assert not any(map(is_index_name, ("Read article", "Next post", "Why I blog", "About", "")))


def test_a_section_with_three_pages_has_an_index() -> None:
    """The directory that is given counts, not its pages, nor the home page above it."""
    pages = [f"{SITE}/learn/{name}/" for name in ("sleep", "grief", "worry")]
    post = [f"{SITE}/why-we-sleep/", f"{SITE}/why-we-sleep/2/", f"{SITE}/why-we-sleep/a.jpg"]
    urls = [f"{SITE}/", f"{SITE}/learn", *pages, *post]

    assert section_indexes(urls) == {f"{SITE}/learn"}
    assert section_indexes(urls[:-4]) == frozenset()


def test_sections_of_two_sites_are_not_mixed() -> None:
    urls = ["https://a.example/learn/", *(f"https://{x}.example/learn/{x}-{x}/" for x in "abcd")]

    assert section_indexes(urls) == frozenset()


@given(path=st.text(max_size=60), query=st.text(max_size=30), via=st.sampled_from(Via))
def test_any_url_has_a_judgement(path: str, query: str, via: Via) -> None:
    """Nothing raises; the score is a probability, and is 0 for listings and homes."""
    judged = judge(f"{SITE}/{path}?{query}", via)

    assert 0 <= judged.score <= 1
    assert (judged.kind is PageKind.POST) == (judged.score >= POST_THRESHOLD)
    assert judged.score == 0 or judged.kind in {PageKind.POST, PageKind.OTHER}


@given(path=st.from_regex(r"(/[a-z0-9-]{1,12}){1,3}/?", fullmatch=True), via=st.sampled_from(Via))
def test_a_last_slash_and_the_case_do_not_matter(path: str, via: Via) -> None:
    plain = judge(SITE + path.rstrip("/"), via)

    assert judge(f"{SITE}{path.rstrip('/')}/", via) == plain
    assert judge(SITE + path.rstrip("/").upper(), via).kind is plain.kind


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the real pages in ../shared")
def test_real_urls() -> None:
    """Over real pages: no listing or home passes; of imported articles 97 % and more do."""
    kinds = [_row(line) for line in (SHARED / "therapist-pages/index.jsonl").open(encoding="utf-8")]
    lists = [url for url, kind in kinds if url and kind in {"listing", "home"}]
    posts = [url for url, kind in kinds if url and kind == "post"]
    articles = [
        url
        for name in ("article-extraction-benchmark", "web-pages")
        for url, _ in map(_row, (SHARED / name / "index.jsonl").open(encoding="utf-8"))
    ]

    assert all(judge(canonical(url), via).score == 0 for url in lists for via in Via)
    assert _share(posts, Via.IMPORT) >= 0.9
    assert _share(posts, Via.LISTING) == 1
    assert _share(articles, Via.IMPORT) >= 0.97


def _row(line: str) -> tuple[str, str]:
    row = json.loads(line)
    return row["url"] or "", row.get("kind", "")


def _share(urls: list[str], via: Via) -> float:
    passed = sum(judge(canonical(url), via).kind is PageKind.POST for url in urls)
    return passed / len(urls)
