"""What may be shown is masked (domain 12.5), and what should never be written is blotted out even when it slips in."""

import json

import pytest
import structlog

from backend.log import get_log, set_up
from backend.privacy.mask import mask_card, mask_id_number, mask_name, mask_phone, redact, surname

ID = "379901194305120026"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王兰", "王*"), ("王桂兰", "王**"), ("欧阳建国", "欧**"), ("阿卜杜拉·买买提", "阿**"), ("𠮷", "𠮷*"), ("", "")],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers() -> None:
    assert mask_id_number(ID) == "379901********0026"
    assert mask_id_number(ID, short=True) == "****0026"
    assert mask_phone("13000000012") == "130****0012"
    assert mask_phone("0900-6612345") == "0900-661****"
    assert mask_card("6222020000000001234") == "****1234"
    assert surname("欧阳建国") == "欧阳"


WIDE = ID.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
CANARIES = [
    ID,
    "379901 19430512 0026",
    "379901-19430512-0026",
    WIDE,
    "37990119850615006x",
    "379901430512002",
    "13000000012",
    "130-0000-0012",
    "130 0000 0012",
    "6222020000000001234",
]


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("frame", ["{}", "她的号是{}，请查", "x={}&y=1", "a {} b"])
def test_a_number_in_free_text_is_blotted_out(canary: str, frame: str) -> None:
    assert canary not in redact(frame.format(canary))


@pytest.mark.parametrize(
    "text", ["26-00123", "37990102-2026-00123", "2026-11-21 09:00:00", "0900-0000000", "110", "cas_01a1fc9d"]
)
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert redact(text) == text


def test_a_log_line_holds_no_canary_not_even_in_a_traceback(capsys) -> None:
    set_up(production=True)
    log = get_log("test")
    for canary in CANARIES:
        log.info("Somebody wrote", action="test", slip=canary)
        try:
            raise ValueError(f"cannot read {canary}")
        except ValueError:
            log.exception("It failed", action="test.failed")
    written = capsys.readouterr().err
    structlog.reset_defaults()
    for canary in CANARIES:
        assert canary not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert all({"event", "action", "level", "timestamp"} <= line.keys() for line in lines)
    assert "raise ValueError" in written
