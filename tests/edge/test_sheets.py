"""A table of residents through the page: an assistant's is read, anybody else's is a file that cannot be taken."""

from __future__ import annotations

from backend.conversations.tables import Attachment
from backend.staff.chat import issue_code
from backend.staff.tables import Staff
from backend.station.tables import SheetRow
from tests.edge.browsers import Edge

TABLE = "姓名,身份证号,住址\r\n王桂兰,379901194305120026,石桥村3组\r\n季兆林,379901198003150018,石桥村3组\r\n".encode(
    "gbk"
)
FILE = {"file": ("台账.csv", TABLE, "text/csv")}


def test_an_assistant_uploads_a_table_and_the_file_is_kept_nowhere(edge: Edge) -> None:
    [staff] = edge.office.all(Staff, Staff.login == "liu_chunyan")
    code = edge.office.act(issue_code, staff.id)
    browser = edge.browser()
    browser.get("/")
    browser.post("/api/chat", json={"id": "m1", "text": f"绑定 {code}"})
    answer = browser.post("/api/chat", data={"id": "m2"}, files=FILE)
    told = "\n".join(reply["text"] for reply in answer.json()["replies"])
    assert "2行里1行收好了" in told and "第3行季兆林：身份证号对不上" in told
    assert browser.post("/api/chat", data={"id": "m2"}, files=FILE).json()["replies"] == answer.json()["replies"]
    assert edge.office.all(Attachment) == edge.office.all(SheetRow) == []
    assert not [path for path in edge.runtime.settings.media_dir.rglob("*") if path.is_file()]


def test_a_table_of_anybody_else_is_not_opened(edge: Edge) -> None:
    browser = edge.browser()
    browser.get("/")
    answer = browser.post("/api/chat", data={"id": "m1"}, files=FILE)
    assert "发照片就行" in "\n".join(reply["text"] for reply in answer.json()["replies"])
