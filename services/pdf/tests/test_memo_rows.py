from __future__ import annotations

from datetime import date

import notalone_data
import pytest
from notalone.catalog.v1 import programme_pb2
from notalone.common.v1 import common_pb2, contact_pb2
from notalone.crisis.v1 import crisis_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_kernel import ruby
from notalone_pdf import contacts, memo, plain_text

DAY = date(2026, 11, 24)
Contact = contact_pb2.Contact


def standard(description, *, asked=False, **wishes):
    return memo.standard(description, pdf.RenderMemoRequest(**wishes), note=[], lost=0, asked=asked, day=DAY)


def rows(content):
    return [(row["label"]["ja"], [text["ja"] for text in row["texts"]]) for row in content["rows"]]


def test_the_seeds_path_gives_the_seeds_rows(samples):
    assert rows(standard(samples.seed())) == [
        ("情報項目", ["子育て"]),
        ("相談内容（詳細）", ["子ども・子育てについて相談したい"]),
        ("相談内容（詳細）", ["子育て中の親子が交流する場を知りたい"]),
    ]


def test_own_words_are_named_as_such(samples):
    content = standard(samples.spoken())
    assert rows(content) == [
        ("情報項目", ["生活費が足りない"]),
        ("相談内容（詳細）", ["生活費が足りない", "家賃が払えない"]),
    ]
    assert content["rows"][1]["source"]["ja"] == "お伝えいただいた言葉から"


def test_an_empty_conversation_still_gives_a_memo():
    content = standard(dialogue.DescribeConversationResponse())
    assert rows(content) == [("情報項目", ["窓口でお話しします"])]
    assert content["programmes"] == []


def test_a_crisis_is_not_told(samples):
    description = samples.spoken()
    description.crisis_kinds.append(crisis_pb2.Crisis.SUICIDE)
    description.needs.insert(0, dialogue.UnderstoodNeed(id="mind.suicide", label="死にたい", label_ja="死にたい"))
    line = samples.described(samples.DESK_JA)
    line.programme_ja.topics[:] = ["mind.suicide"]
    description.programmes.insert(0, line)
    content = standard(description)
    assert "死にたい" not in str(content)
    assert len(content["programmes"]) == 1


def test_that_somebody_has_no_status_of_residence_is_never_told(samples):
    # An official who reads it may be bound to report it.
    needs = notalone_data.needs()["needs"]
    (label,) = (
        choice["label"]["ja"]
        for node in notalone_data.flow("general")["nodes"]
        for choice in node.get("choices", [])
        if "foreign.no_status" in choice.get("needs", {})
    )
    description = samples.spoken()
    chosen = samples.answer("どんなことですか", label)
    chosen.choice_id = "no_status"
    description.answers.append(chosen)
    said = needs["foreign.no_status"]["ja"]
    description.needs.insert(0, dialogue.UnderstoodNeed(id="foreign.no_status", label=said, label_ja=said))

    content = standard(description)

    assert "在留" not in str(content)
    assert content["wish"]["ja"] == "生活費が足りない"


def test_the_flow_names_the_choice_that_is_never_told_as_the_memo_does():
    choices = {
        choice["id"]: choice.get("needs", {})
        for name in ("general", "child", "teen")
        for node in notalone_data.flow(name)["nodes"]
        for choice in node.get("choices", [])
    }
    assert {id_ for id_, needs in choices.items() if "foreign.no_status" in needs} == {"no_status"}


def test_a_number_that_ip_phones_do_not_reach_says_so_where_its_desk_has_no_words_for_it():
    number = Contact(kind=Contact.PHONE, value="0570-000-000", ip_phone_ok=False)
    assert "IP電話からは、つながらないことがあります" in contacts.present(number, None)["facts"]
    number.reachable_from = "一部のIP電話からはつながりません"
    assert contacts.present(number, None)["facts"].endswith("一部のIP電話からはつながりません")


def test_every_worry_has_its_topic(samples):
    description = samples.seed()
    description.answers.append(samples.answer("どんなことで困っていますか", "住まい"))
    assert [label for label, _ in rows(standard(description))] == [
        "情報項目",
        "相談内容（詳細）",
        "相談内容（詳細）",
        "情報項目",
    ]


def test_who_has_told_nothing_gets_no_guesses(samples):
    description = dialogue.DescribeConversationResponse(programmes=[samples.described(samples.DESK_JA)])
    assert standard(description)["programmes"] == []
    assert len(standard(description, asked=True)["programmes"]) == 1


def crisis_choices():
    """Every choice of every flow that brings the crisis answer, by its Japanese label."""
    needs = notalone_data.needs()["needs"]
    for name in ("general", "child", "teen"):
        for node in notalone_data.flow(name)["nodes"]:
            for choice in node.get("choices", []):
                if choice.get("crisis"):
                    label = choice.get("label", {}).get("ja") or next(needs[need]["ja"] for need in choice["needs"])
                    yield pytest.param(ruby.plain(label), id=f"{name}-{node['id']}-{choice['id']}")


@pytest.mark.parametrize("label", list(crisis_choices()))
def test_a_choice_that_means_a_crisis_is_not_told(samples, label):
    description = samples.seed()
    description.crisis_kinds.append(crisis_pb2.Crisis.SUICIDE)
    description.answers.append(samples.answer("こころ", label))
    content = standard(description)
    assert label not in str(content)
    assert content["wish"]["ja"] == "子育て中の親子が交流する場を知りたい"
    assert content["needs"]["room"]


def test_what_the_person_asked_to_print_is_printed_in_a_crisis_too(samples):
    description = samples.spoken()
    description.crisis_kinds.append(crisis_pb2.Crisis.VIOLENCE)
    description.programmes[0].programme_ja.topics[:] = ["violence.partner"]
    assert len(standard(description, asked=True)["programmes"]) == 1


@pytest.mark.parametrize(("asked", "printed"), [(True, 5), (False, 3)])
def test_five_programmes_where_asked_and_three_where_not(samples, asked, printed):
    description = samples.seed()
    description.programmes.extend([samples.described(samples.DESK_JA)] * 6)
    assert len(standard(description, asked=asked)["programmes"]) == printed


def test_where_the_municipality_decides_the_search_phrase_is_given(samples):
    first = standard(samples.seed())["programmes"][0]
    assert first["phrase"] == "くわしくは「（お住まいの市区町村の名前） 地域子育て支援拠点事業」で検索してください。"
    assert standard(samples.spoken())["programmes"][0]["phrase"] == ""


@pytest.mark.parametrize(
    ("apply_at", "said"),
    [
        (programme_pb2.HELLO_WORK, "ハローワーク"),
        (programme_pb2.SCHOOL, "通っている学校"),
        (programme_pb2.OTHER, "未確認です。窓口でおたずねください。"),
    ],
)
def test_an_unknown_place_to_apply_is_said_to_be_unknown(samples, apply_at, said):
    description = samples.seed()
    for view in (description.programmes[0].programme, description.programmes[0].programme_ja):
        view.application = ""
        view.apply_at = apply_at
    assert standard(description)["programmes"][0]["application"]["ja"] == said


@pytest.mark.parametrize(
    ("state", "on", "said"),
    [
        (Contact.CHECKED, "2026-11-20", "確認日 2026-11-20"),
        (Contact.NEEDS_RECHECK, "2021-11", "要再確認（2021-11 の情報）"),
        (Contact.UNCHECKED, "", "未確認"),
        (Contact.CHECK_STATE_UNSPECIFIED, "2021-11", "未確認（2021-11 の情報）"),
    ],
)
def test_every_fact_says_how_far_it_can_be_trusted(state, on, said):
    assert contacts.checked(state, on) == said


def test_what_is_not_known_of_a_number_is_not_guessed():
    shown = contacts.present(Contact(name="窓口", kind=Contact.PHONE, value="03-0000-0000"), None)
    assert shown["facts"] == "受付時間は未確認／料金は未確認"
    assert shown["href"] == "tel:0300000000"
    assert shown["checked"] == "未確認"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://例え.jp/", "", "ftp://example.jp"])
def test_only_a_plain_address_of_the_web_gets_a_code(samples, url):
    description = samples.spoken()
    description.programmes[0].programme_ja.url = url
    assert memo.addresses(standard(description)) == []


def test_the_persons_language_stands_beside_the_japanese(samples):
    content = standard(samples.seed("vi"))
    assert content["language_ja"] == "ベトナム語"
    assert content["programmes"][0]["name"] == {"ja": "地域子育て支援拠点事業", "own": samples.NAMES["vi"][0]}


def test_a_missing_translation_is_not_printed_twice(samples):
    description = samples.seed("tl")
    assert standard(description)["programmes"][0]["name"]["own"] == ""


@pytest.mark.parametrize("audience", [common_pb2.CHILD, common_pb2.TEEN])
def test_the_staff_are_told_that_a_young_person_came_alone(samples, audience):
    description = samples.seed()
    description.audience = audience
    assert standard(description)["young"]


def test_a_discreet_memo_holds_no_word_of_the_topic(samples):
    content = memo.discreet(samples.seed("vi"), pdf.RenderMemoRequest(), note=["静かな所で"], lost=0, day=DAY)
    assert "子育て" not in str(content)
    assert samples.NAMES["vi"][0] not in str(content)
    assert memo.addresses(content) == []


def ticked(ticks):
    return {key for key, on in ticks.items() if on}


@pytest.mark.parametrize(
    ("language", "wishes", "wants", "needs"),
    [
        ("ja", {}, set(), set()),
        ("vi", {}, set(), {"interpreter"}),
        ("vi", {"needs": [pdf.PLAIN_JAPANESE]}, set(), {"plain"}),
        ("ja", {"needs": [pdf.INTERPRETER, pdf.WRITING]}, set(), {"interpreter", "writing"}),
        ("ja", {"wants": [pdf.CONSULT, pdf.DOCUMENTS]}, {"consult", "papers"}, set()),
        ("ja", {"wants": [pdf.APPLY], "needs": [pdf.PRIVATE_ROOM]}, {"apply"}, {"room"}),
    ],
)
def test_what_the_person_wants_and_needs_is_ticked_and_nothing_else(samples, language, wishes, wants, needs):
    content = standard(samples.seed(language), **wishes)
    assert ticked(content["wants"]) == wants
    assert ticked(content["needs"]) == needs


def childs(samples):
    description = samples.seed()
    description.audience = common_pb2.CHILD
    description.answers[1].label_ja = "家のこと"
    description.answers[1].label_ja_ruby.add(start=0, end=1, reading="いえ")
    line = samples.described(samples.DESK_JA)
    line.programme_ja.summary = "話せるよ"
    line.summary_ja_ruby.add(start=0, end=1, reading="はな")
    line.name_ja_reading = "みほんそうだんまどぐち"
    description.programmes.append(line)
    return description


def test_a_childs_sheet_bears_furigana_and_the_childs_own_words(samples):
    content = standard(childs(samples))
    assert content["rows"][1]["texts"][0]["ja"] == [["家", "いえ"], ["のこと", ""]]
    assert content["rows"][1]["label"]["own"] == [["話", "はな"], ["したいこと", ""]]
    desk = content["programmes"][1]
    assert desk["summary"]["ja"] == [["話", "はな"], ["せるよ", ""]]
    assert desk["reading"] == "みほんそうだんまどぐち"
    assert desk["contacts"][0]["kind"] == [["電話", "でんわ"]]
    # A row that says only "unknown" helps no child.
    assert not desk["where"]
    assert content["sheet"] is None


def test_a_childs_sheet_in_another_language_keeps_that_language(samples):
    description = samples.seed("vi")
    description.audience = common_pb2.CHILD
    content = standard(description)
    assert content["young"]
    assert content["rows"][0]["label"]["own"] == "Chủ đề"
    assert content["sheet"]["answers"][0] == {"ja": "はい", "own": "Vâng / Có"}


def test_the_text_alone_says_what_the_sheet_says(samples):
    text = plain_text.plain_text(
        memo.standard(
            samples.spoken(),
            pdf.RenderMemoRequest(wants=[pdf.CONSULT]),
            note=["一行目", "", "三行目"],
            lost=0,
            asked=True,
            day=DAY,
        )
    )
    for line in (
        "生活費が足りない",
        "用件: 相談",
        "希望: （書かれていません）",
        "みほん相談窓口",
        "電話　みほん相談ダイヤル　0120-000-000　平日 9時〜17時／無料　確認日 2026-11-20",
        "一行目\n\n三行目",
        "申請書ではありません。本人・要件は未確認です。",
    ):
        assert line in text


def test_the_text_alone_of_a_discreet_memo_tells_nobody_anything(samples):
    content = memo.discreet(samples.seed("vi"), pdf.RenderMemoRequest(), note=["静かな所で"], lost=0, day=DAY)
    assert plain_text.plain_text(content).splitlines() == [
        "メモ　2026年11月24日",
        "人に聞こえない所で話したいです。家に電話・郵便をしないでください。",
        "Tôi muốn nói chuyện ở nơi người khác không nghe thấy. Xin đừng gọi điện hay gửi thư về nhà tôi.",
        "希望: 通訳（ベトナム語）、個室",
        "申請書ではありません。本人・要件は未確認です。",
        "",
        "メモ",
        "静かな所で",
    ]
