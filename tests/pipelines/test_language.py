"""Which language a text is said to be in, and when it is said to be in none."""

# ruff: noqa: RUF001 - sentences in their own alphabets

from dataclasses import replace

import pytest

from pipelines.core.document import Document
from pipelines.core.placeholders import PLACEHOLDERS
from pipelines.stages.language import Language, sample
from tests.factories import document

#: A few sentences each, about the same evening.
TEXTS = {
    "en": (
        "She came in late and put her wet umbrella beside the door. For a while neither of us"
        " spoke, and I listened to the rain. Then she said that she had slept through the night"
        " for the first time since the spring, and that it had frightened her a little."
    ),
    "de": (
        "Sie kam zu spät und stellte den nassen Schirm neben die Tür. Eine Weile sprachen wir"
        " beide nicht, und ich hörte dem Regen zu. Dann sagte sie, sie habe zum ersten Mal seit"
        " dem Frühling durchgeschlafen, und das habe ihr ein wenig Angst gemacht."
    ),
    "fr": (
        "Elle est arrivée en retard et a posé son parapluie mouillé près de la porte. Pendant un"
        " moment nous n'avons rien dit, et j'ai écouté la pluie. Puis elle a raconté qu'elle avait"
        " dormi toute la nuit pour la première fois depuis le printemps."
    ),
    "es": (
        "Llegó tarde y dejó el paraguas mojado junto a la puerta. Durante un rato ninguno de los"
        " dos habló, y yo escuchaba la lluvia. Después dijo que había dormido toda la noche por"
        " primera vez desde la primavera, y que eso le había dado un poco de miedo."
    ),
    "it": (
        "È arrivata tardi e ha lasciato l'ombrello bagnato accanto alla porta. Per un po' nessuno"
        " dei due ha parlato, e io ascoltavo la pioggia. Poi ha detto che aveva dormito tutta la"
        " notte per la prima volta dalla primavera, e che questo l'aveva spaventata."
    ),
    "nl": (
        "Ze kwam te laat binnen en zette haar natte paraplu naast de deur. Een tijdje zeiden we"
        " allebei niets en luisterde ik naar de regen. Toen vertelde ze dat ze voor het eerst"
        " sinds het voorjaar de hele nacht had geslapen, en dat ze daarvan geschrokken was."
    ),
    "pl": (
        "Przyszła spóźniona i postawiła mokry parasol obok drzwi. Przez chwilę oboje milczeliśmy,"
        " a ja słuchałem deszczu. Potem powiedziała, że pierwszy raz od wiosny przespała całą noc"
        " i że trochę ją to przestraszyło."
    ),
    "ru": (
        "Она пришла поздно и поставила мокрый зонт у двери. Некоторое время мы оба молчали, и я"
        " слушал дождь. Потом она сказала, что впервые с весны проспала всю ночь, и это её"
        " немного испугало."
    ),
    "tr": (
        "Geç geldi ve ıslak şemsiyesini kapının yanına bıraktı. Bir süre ikimiz de konuşmadık, ben"
        " yağmuru dinledim. Sonra bahardan beri ilk kez bütün gece uyuduğunu ve bunun onu biraz"
        " korkuttuğunu söyledi."
    ),
    "zh-cn": (
        "她来得很晚，把湿漉漉的雨伞放在门边。我们俩一时都没有说话，我听着外面的雨声。后来她说，"
        "这是她从春天以来第一次整夜安睡，这反而让她有一点害怕。我问她在梦里看见了什么，她想了想，"
        "说自己站在一座很旧的桥上，桥下的水很慢，她并不着急过去。我们就从那座桥谈起，"
        "谈到她的母亲，也谈到那些不能入睡的夜晚。临走时她忘了拿伞，又笑着回来取。"
    ),
}

TRADITIONAL = (
    "今年夏季本院心理治療部門開設團體課程，內容包括呼吸練習、放鬆訓練與家庭會談，歡迎報名參加。"
)


def of(text: str, stage: Language | None = None) -> tuple[str | None, float | None]:
    """The language of a text and its confidence."""
    given = document(text=text, language=None, language_confidence=None)
    found: Document = next(iter((stage or Language())([given])))
    return found.language, found.language_confidence


@pytest.mark.parametrize("language", TEXTS)
def test_one_language(language: str) -> None:
    """A paragraph is enough to name its language without a doubt."""
    named, confidence = of(TEXTS[language])

    assert named == language
    assert confidence is not None
    assert 0.9 <= confidence <= 1.0
    assert confidence == round(confidence, 4)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\n\t ", id="white space"),
        pytest.param("Call me soon.", id="three words"),
        pytest.param("Danke schön!", id="two words"),
        pytest.param("2024-05-01 10:30 1,200.50 33 % " * 40, id="digits"),
        pytest.param("🙂 — !? … " * 40, id="signs"),
        pytest.param("[EMAIL] [PHONE] [NAME] " * 40, id="placeholders"),
        pytest.param("https://therapie.example/ueber-den-schlaf/ " * 40, id="addresses"),
        pytest.param("x" * 100_000, id="no word ends"),
    ],
)
def test_nothing_to_tell_it_by(text: str) -> None:
    """Without a sentence in it, a text is in no language, and nobody is sure of one."""
    assert of(text) == ("und", 0.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [("en", "es"), ("es", "en"), ("de", "en"), ("fr", "it"), ("en", "zh-cn"), ("ru", "pl")],
)
@pytest.mark.parametrize("times", [1, 10])
def test_halves(first: str, second: str, times: int) -> None:
    """A text whose halves are in two languages is in neither."""
    text = "\n\n".join([*[TEXTS[first]] * times, *[TEXTS[second]] * times])

    assert of(text) == ("und", 0.0)


def test_paragraphs_by_turns() -> None:
    """A text that says everything twice, in two languages, is in neither."""
    assert of("\n\n".join([TEXTS["en"], TEXTS["es"]] * 5)) == ("und", 0.0)


@pytest.mark.parametrize("place", [0, 10, 20], ids=["first", "middle", "last"])
def test_a_quotation(place: int) -> None:
    """A paragraph in another language does not make a long text mixed, wherever it stands."""
    paragraphs = [TEXTS["en"]] * 20
    paragraphs.insert(place, TEXTS["de"])

    assert of("\n\n".join(paragraphs))[0] == "en"


def test_addresses_and_placeholders_say_nothing() -> None:
    """A German text stays one, however many English addresses and placeholders stand in it."""
    junk = "https://example.com/how-to-sleep-better-at-night www.good-nights.example [EMAIL]"
    sentences = TEXTS["de"].split(". ")
    text = f" {junk} info@the-house-of-sleep.example. ".join(sentences * 3)

    assert of(text)[0] == "de"


@pytest.mark.parametrize("language", ["es", "fr", "it", "nl"])
def test_capitals(language: str) -> None:
    """A text all in capitals is read like any other."""
    assert of(TEXTS[language].upper())[0] == language


def test_chinese_is_not_korean() -> None:
    """Without a Korean letter in it, a text in Chinese characters is Chinese."""
    assert of(TRADITIONAL)[0] == "zh-tw"


def test_chinese_in_both_forms() -> None:
    """Simplified and traditional characters in one text are not two languages."""
    assert of(f"{TEXTS['zh-cn']}\n\n{TRADITIONAL * 3}")[0] in {"zh-cn", "zh-tw"}


@pytest.mark.parametrize("name", ["Sigmund Freud", "Donald Winnicott"])
def test_chinese_with_foreign_names(name: str) -> None:
    """Names in Latin letters do not make a Chinese text Korean, English or mixed."""
    text = "".join(f"{sentence}。（{name}）" for sentence in TEXTS["zh-cn"].split("。"))

    assert of(text)[0] == "zh-cn"


def test_independent_of_what_came_before() -> None:
    """A text gets the same answer, however many others were judged before it."""
    wavering = "Hotel, taxi, radio, piano, museum, bar, telefon, problem, film, park, sport."
    alone = of(wavering)

    for text in TEXTS.values():
        of(text, Language(seed=7))
        assert of(wavering) == alone


@pytest.mark.parametrize("pieces", [1, 3, 9])
def test_the_sample_is_bounded(pieces: int) -> None:
    """Of five megabytes no more is looked at than of five pages, and from all over them."""
    words = [f"word{number}" for number in range(500_000)]
    text = " ".join(words)

    found = sample(text, pieces, 150)

    assert len(text) > 5_000_000
    assert len(found) == pieces
    assert max(map(len, found)) <= 150
    assert found[0].startswith("word0 word1 ")
    assert pieces == 1 or found[-1].endswith(words[-1])


def test_the_sample_has_whole_words() -> None:
    """No piece begins or ends inside a word, even where one is longer than others."""
    words = [f"w{'o' * (number % 9)}rd{number}" for number in range(5000)]

    for piece in sample(" ".join(words), 9, 150):
        assert piece
        assert set(piece.split()) <= set(words)


def test_the_sample_leaves_out_what_is_in_no_language() -> None:
    """Addresses and placeholders are cut out; the words around them stay."""
    junk = ["http://a.example/b?c=d", "www.a.example", "me@a.example", *PLACEHOLDERS.values()]
    text = "".join(f"Wort {item} " for item in junk)

    found = " ".join(sample(text, 1, len(text)))

    assert found.split() == ["Wort"] * len(junk)


def test_short_texts_have_few_pieces() -> None:
    """A text is not cut into pieces too short to be judged."""
    text = TEXTS["en"][:160]

    assert sample(text, 9, 400) == [text]
    assert all(len(piece) >= 60 for piece in sample(text, 9, 150))


def test_settings() -> None:
    """Every bound is a setting: letters that are enough, and how sure is sure."""
    short = "Guten Morgen, wie geht es Ihnen?"
    halves = f"{TEXTS['en']}\n\n{TEXTS['es']}"

    assert of(short)[0] == "und"
    assert of(short, Language(min_letters=10))[0] == "de"
    assert of(halves, replace(Language(), min_confidence=0.3))[0] in {"en", "es"}
