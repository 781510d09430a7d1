"""From a worry to help: by three choices to a programme, its memo, and on to the municipality."""

import httpx2
import pypdfium2
import pytest
from talk import SEED_PATH, SEED_PROGRAMME, Json, Talk, answer_of, error_of, names

NOTE = "三歳の子と二人で行けるところをさがしています。"
# The rows of the result page of the original service, in its order.
ROWS = (
    "情報項目 子育て",
    "相談内容（詳細） 子ども・子育てについて相談したい",
    "相談内容（詳細） 子育て中の親子が交流する場を知りたい",
    "支援制度・相談窓口 地域子育て支援拠点事業",
    "概要 ",
    "対象者・申請先・相談先 ",
    "【対象者】",
    "【申請先・相談先】",
    "メモ ",
    "チャットボットは、",
    "窓口のご担当の方へのお願い",
)


@pytest.fixture(scope="module")
def arrival(talk: Talk) -> Json:
    return talk.follow(SEED_PATH, language="ja", audience="GENERAL")


@pytest.fixture(scope="module")
def programme(arrival: Json) -> Json:
    found: Json = arrival["suggestions"][0]["programme"]
    return found


def memo(http: httpx2.Client, **body: object) -> httpx2.Response:
    return http.post("/v1/memos:render", json=body)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")
    finally:
        document.close()


def test_three_choices_lead_to_the_seeds_programme_first(arrival, programme):
    assert programme["displayNameJa"] == programme["displayName"] == SEED_PROGRAMME
    assert programme["kind"] == "SCHEME"
    assert programme["summary"]
    assert arrival["suggestions"][0]["reasons"]
    assert [answer["labelJa"] for answer in arrival["answers"]] == list(SEED_PATH)
    assert "crisis" not in arrival


def test_the_way_is_the_same_in_a_conversation_held_in_another_language(talk):
    japanese, vietnamese = talk.start(language="ja"), talk.start(language="vi")
    for label in SEED_PATH:
        choice = next(choice for choice in japanese["choices"] if choice["label"] == label)
        japanese, vietnamese = (talk.choose_id(turn, choice["id"]) for turn in (japanese, vietnamese))
    assert names(vietnamese)[0] == SEED_PROGRAMME
    assert [answer["labelJa"] for answer in vietnamese["answers"]] == list(SEED_PATH)
    assert [answer["label"] for answer in vietnamese["answers"]] != list(SEED_PATH)


@pytest.mark.parametrize("named", [True, False])
def test_the_memo_shows_the_seeds_rows_in_order_and_the_note(http, arrival, programme, named):
    chosen = {"programmeIds": [programme["id"]]} if named else {}
    answer = memo(http, conversation=arrival["conversation"], note=NOTE, language="ja", **chosen)
    assert answer.status_code == 200
    text = text_of(answer.content)
    places = [text.find(row) for row in ROWS]
    assert -1 not in places, [row for row, place in zip(ROWS, places, strict=True) if place < 0]
    assert places == sorted(places)
    assert text.index(NOTE) > text.index("メモ ")


def test_the_memo_comes_under_a_neutral_name_and_is_not_kept(http, arrival):
    answer = memo(http, conversation=arrival["conversation"])
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="memo.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    with_title = pypdfium2.PdfDocument(answer.content).get_metadata_dict()
    assert with_title["Title"] == "相談メモ"
    assert not with_title["Author"]


def test_a_discreet_memo_names_no_topic(http, arrival):
    text = text_of(memo(http, conversation=arrival["conversation"], style="DISCREET").content)
    assert text
    assert not [word for word in ("子育て", "拠点", "孤独", "NotAlone") if word in text]


def test_a_memo_in_another_language_keeps_the_japanese_for_the_counter(http, arrival):
    text = text_of(memo(http, conversation=arrival["conversation"], language="en").content)
    assert SEED_PROGRAMME in text
    assert "Notes" in text or "Note" in text


@pytest.mark.parametrize("said", ["死にたい", "夫に殴られています", "レイプされました"])
@pytest.mark.parametrize("style", ["STANDARD", "DISCREET"])
def test_a_memo_tells_nothing_of_a_cry_for_help(http, talk, said, style):
    turn = talk.say(talk.choose(talk.start(language="ja"), "子育て"), said)
    assert turn["crisis"]["kinds"]
    text = text_of(memo(http, conversation=turn["conversation"], style=style).content)
    assert text
    assert not [word for word in ("死", "自殺", "いのち", "暴力", "DV", "性犯罪", "レイプ") if word in text]


@pytest.mark.parametrize("programme_id", ["no-such-programme", "../../etc/passwd"])
def test_a_memo_for_a_programme_that_does_not_exist_is_refused_not_invented(http, arrival, programme_id):
    answer = memo(http, conversation=arrival["conversation"], programmeIds=[programme_id])
    assert answer.status_code in {400, 404}
    assert programme_id not in answer.text
    assert error_of(answer)["status"] in {"INVALID_ARGUMENT", "NOT_FOUND"}


@pytest.mark.parametrize("search", [{"query": "登別"}, {"query": "のぼりべつ"}, {"query": "登別市"}])
def test_noboribetsu_is_found_by_name(http, search):
    found = answer_of(http.get("/v1/municipalities", params=search))["municipalities"]
    assert ("012301", "登別市", "北海道") in [(one["code"], one["name"], one["prefecture"]) for one in found]


@pytest.mark.parametrize("postal_code", ["059-0012", "0590012", "０５９－００１２", "〒059-0012"])
def test_noboribetsu_is_found_by_postal_code(http, postal_code):
    found = answer_of(http.get("/v1/municipalities", params={"postalCode": postal_code}))["municipalities"]
    assert [one["code"] for one in found] == ["012301"]


@pytest.mark.parametrize(
    "place", [{"municipalityCode": "012301"}, {"municipalityCode": "01230"}, {"postalCode": "059-0012"}]
)
def test_the_hand_off_gives_the_words_to_search_for(http, programme, place):
    found = answer_of(http.post("/v1/handoffs", json={"programmeId": programme["id"], "language": "ja", **place}))
    assert found["available"] is True
    assert found["searchPhrase"] == f"登別市 {SEED_PROGRAMME}"
    assert found["municipality"]["code"] == "012301"
    assert found["reason"]
    assert found["url"].startswith("https://")
    assert found["cautions"]


def test_nothing_of_the_person_stands_in_the_hand_offs_address(http, programme):
    urls = {
        answer_of(http.post("/v1/handoffs", json={"programmeId": programme["id"], "municipalityCode": code}))["url"]
        for code in ("012301", "131016", "472018")
    }
    assert len(urls) == 1


def test_what_the_municipality_does_not_decide_is_not_handed_to_it(http):
    search = {"topics": ["work.unemployed"], "language": "ja", "pageSize": 50}
    found = answer_of(http.post("/v1/programmes:search", json=search))["programmes"]
    elsewhere = next(one for one in found if one["applyAt"] == "HELLO_WORK")
    assert elsewhere["handoffAvailable"] is False
    handoff = answer_of(http.post("/v1/handoffs", json={"programmeId": elsewhere["id"], "municipalityCode": "012301"}))
    assert handoff["available"] is False
    assert handoff["reasonCode"] == "DECIDED_ELSEWHERE"
    assert handoff["decidedBy"]
    assert "url" not in handoff
