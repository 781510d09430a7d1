"""Makes municipal entries up, for measuring: as many as wanted, the same ones for the same seed.

`python tools/synthetic_entries.py 1000 --seed 7 > entries.jsonl` writes them as JSON lines. They look like what
municipalities publish (a place in the name, a desk at the town hall, some with dates), lead nowhere, and bear numbers
that cannot be dialled. Never load them where people search.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator

import notalone_data
from google.protobuf import json_format
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Provenance
from notalone.catalog.v1.programme_pb2 import MUNICIPALITY, NOTHING_TO_APPLY, Programme
from notalone.common.v1.common_pb2 import GENERAL, TEEN
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import municipality

HEADS = [
    "青葉",
    "桜",
    "松原",
    "川崎",
    "中央",
    "南",
    "北",
    "東",
    "西",
    "緑",
    "山手",
    "港",
    "旭",
    "大和",
    "富士見",
    "若葉",
]
TAILS = [("市", "し"), ("町", "まち"), ("村", "むら"), ("区", "く")]
SUBJECTS = [
    "子育て", "家賃", "介護", "就労", "ひとり親", "障害", "若者", "住まい", "医療費", "奨学金", "多文化",
    "健康", "年金", "税金", "防災", "いじめ", "不登校", "認知症", "出産", "生活困窮", "消費生活", "女性",
    "こころ", "雇用", "保育",
]  # fmt: skip
FORMS = [
    "相談窓口",
    "支援事業",
    "給付金",
    "助成制度",
    "相談センター",
    "応援金",
    "見守り事業",
    "貸付制度",
    "ひろば",
    "教室",
]
SENTENCES = [
    "{subject}のことで困っている方が、{place}の窓口で無料で相談できます。",
    "{place}にお住まいの方が対象です。申請には本人確認書類が要ります。",
    "所得が少ない世帯の{subject}の費用を、{place}が一部助けます。",
    "予約なしで話を聞きます。秘密は守ります。電話でも受け付けます。",
    "平日の午前9時から午後5時まで、担当の職員がお答えします。",
    "ひとりで悩まずに、まずはお電話ください。家族からの相談も受けます。",
]
CHECKED = Provenance(sources=["made up"], as_of="2026-01", check_state=Contact.UNCHECKED)


def entries(count: int, *, seed: int = 1) -> Iterator[Entry]:
    """That many made-up entries, with revision 1."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    needs = list(notalone_data.needs()["needs"])
    prefectures = sorted(municipality.PREFECTURES)
    for number in range(count):
        yield _entry(number, chance, needs, prefectures)


def _entry(number: int, chance: random.Random, needs: list[str], prefectures: list[str]) -> Entry:
    tail, reading = chance.choice(TAILS)
    place = f"{chance.choice(HEADS)}{chance.choice(HEADS)}{tail}"
    subject, form = chance.choice(SUBJECTS), chance.choice(FORMS)
    desk = chance.random() < 0.4
    summary = "".join(one.format(subject=subject, place=place) for one in chance.sample(SENTENCES, 2))
    entry = Entry(
        id=f"synthetic-{number}",
        revision=1,
        kind=Programme.DESK if desk else Programme.SCHEME,
        status=Entry.ACTIVE if chance.random() < 0.95 else Entry.INACTIVE,
        name={"ja": f"{place}{subject}{form}"},
        furigana=f"{reading}{number % 1000}",
        summary={"ja": summary},
        eligibility={"ja": f"{place}に住む方"},
        operator={"ja": place},
        apply_at=NOTHING_TO_APPLY if desk else MUNICIPALITY,
        needs={need: round(chance.uniform(0.2, 1), 2) for need in chance.sample(needs, chance.randint(1, 4))},
        audiences=[GENERAL, TEEN] if chance.random() < 0.2 else [GENERAL],
        prefectures=[chance.choice(prefectures)],
        provenance=CHECKED,
    )
    if desk:
        until = f"2027-{chance.randint(1, 12):02}-28" if chance.random() < 0.2 else ""
        entry.channels.append(Channel(kind=Contact.VISIT, value=f"{place}役場", valid_until=until, provenance=CHECKED))
    return entry


def main() -> None:
    """Writes JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for entry in entries(asked.count, seed=asked.seed):
        sys.stdout.write(json_format.MessageToJson(entry, indent=None, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
