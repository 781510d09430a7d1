"""Logs hold what an operator needs and nothing a person said."""

import json

from notalone_chassis import logs


def line(capfd) -> dict:
    return json.loads(capfd.readouterr().err)


def test_a_key_that_is_not_allowed_is_dropped_and_its_name_shown(capfd):
    logs.configure("INFO")
    logs.get("dialogue").info("turn", code="OK", text="たすけて")
    written = line(capfd)
    assert written["code"] == "OK"
    assert written["service"] == "dialogue"
    assert written["names"] == ["text"]
    assert "たすけて" not in json.dumps(written, ensure_ascii=False)


def test_an_exception_is_logged_by_kind_and_place_not_by_message(capfd):
    logs.configure("INFO")
    try:
        int("たすけて")
    except ValueError as error:
        logs.get("dialogue").error("call failed", exc_info=error)
    written = line(capfd)
    assert written["exception"] == "ValueError"
    assert written["stack"][-1].startswith("test_logs.py:")
    assert "たすけて" not in json.dumps(written, ensure_ascii=False)


def test_lines_below_the_level_are_not_written(capfd):
    logs.configure("WARNING")
    logs.get("dialogue").info("turn")
    assert capfd.readouterr().err == ""
