"""What people say, in all languages, leads to help that fits; measured as front ends meet it, over HTTP."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from backend import ROOT
from talk import LANGUAGES

SENTENCES = Path(__file__).with_name("utterances.jsonl")
# A floor against falling back, not an aim: raise it when the figures rise. A missed cry for help is never acceptable.
LEAST_MET = 87


def sentences():
    return [json.loads(line) for line in SENTENCES.read_text("utf-8").splitlines()]


def test_what_people_say_leads_to_help_that_fits_and_every_cry_is_heard(backend):
    asked = ["--least-met", str(LEAST_MET), "--least-right", str(len(sentences()))]
    command = [sys.executable, str(ROOT / "tools" / "evaluate_dialogue.py"), "--base", backend.url, *asked]
    result = subprocess.run([*command, str(SENTENCES)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_measure_counts_a_miss_as_a_miss(backend, tmp_path):
    wrong = [
        {"id": "a", "lang": "ja", "audience": "general", "text": "家賃が払えません", "expect": ["そんな制度はない"]},
        {
            "id": "b",
            "lang": "ja",
            "audience": "general",
            "text": "家賃が払えません",
            "expect": ["."],
            "crisis": "suicide",
        },
        {"id": "c", "lang": "ja", "audience": "general", "text": "死にたい", "expect": ["."]},
    ]
    file = tmp_path / "wrong.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in wrong), "utf-8")
    command = [sys.executable, str(ROOT / "tools" / "evaluate_dialogue.py"), "--base", backend.url, str(file)]
    result = subprocess.run([*command, "--least-right", "2"], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "met 2/3, crisis right 1/3" in result.stdout


def test_every_language_and_audience_is_among_the_sentences():
    assert {row["lang"] for row in sentences()} == set(LANGUAGES)
    assert set(Counter(row["audience"] for row in sentences())) == {"general", "child", "teen"}
    assert len({row["text"] for row in sentences()}) == len(sentences()) >= 60
