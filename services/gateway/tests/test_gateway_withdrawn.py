"""A withdrawn contact is gone from errors and help pages, also after a start while the catalogue is away."""

import json

import grpc
import httpx2
import pytest
from notalone_crisis import contact_id
from notalone_gateway import withdrawn as module
from notalone_gateway.main import start
from notalone_gateway.site import Site
from notalone_gateway.withdrawn import Withdrawn

WRONG = contact_id("yorisoi-hotline", "0120-279-338")
HELP = """<main>
<div class="contact" data-contact="yorisoi-hotline:0120-279-338">
<h3>よりそい</h3>
<a href="tel:0120279338">0120-279-338</a>
</div>
<div class="contact" data-contact="shobo-119:119">
<a href="tel:119">119</a>
</div>
</main>
"""


class Catalogue:
    def __init__(self):
        self.says: list[str] | None = [WRONG]

    async def ask(self) -> list[str]:
        if self.says is None:
            raise grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata())
        return self.says


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def told() -> list[frozenset[str]]:
    return []


@pytest.fixture
def known(catalogue, told, tmp_path) -> Withdrawn:
    return Withdrawn(catalogue.ask, file=tmp_path / "gateway" / "withdrawn.json", changed=told.append)


async def test_what_the_catalogue_says_holds_while_it_is_away(known, catalogue, told):
    await known.refresh()
    catalogue.says = None
    await known.refresh()
    assert known.contacts == {WRONG}
    catalogue.says = []
    await known.refresh()
    assert (known.contacts, told) == (frozenset(), [{WRONG}, frozenset()])


async def test_it_is_remembered_through_a_start_without_the_catalogue(known, catalogue, tmp_path, told):
    await known.refresh()
    catalogue.says = None
    again = Withdrawn(catalogue.ask, file=tmp_path / "gateway" / "withdrawn.json", changed=told.append)
    await again.start()
    await again.stop()
    assert again.contacts == {WRONG}


@pytest.mark.parametrize("spoilt", ["", "{}", "[1]", "{"])
async def test_a_spoilt_memory_is_no_memory(catalogue, tmp_path, spoilt):
    file = tmp_path / "withdrawn.json"
    file.write_text(spoilt)
    catalogue.says = None
    known = Withdrawn(catalogue.ask, file=file, changed=lambda found: None)
    await known.start()
    await known.stop()
    assert known.contacts == frozenset()


async def test_a_folder_that_cannot_be_written_changes_nothing(catalogue, tmp_path):
    (tmp_path / "gateway").write_text("a file where the folder should be")
    known = Withdrawn(catalogue.ask, file=tmp_path / "gateway" / "withdrawn.json", changed=lambda found: None)
    await known.refresh()
    assert known.contacts == {WRONG}


async def test_errors_and_help_pages_leave_it_out_and_110_and_119_never(world, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.01)
    (tmp_path / "web" / "help").mkdir(parents=True)
    (tmp_path / "web" / "help" / "index.html").write_text(HELP)
    world.fakes.withdrawn = [WRONG, contact_id("shobo-119", "119")]
    gateway = await start(world.settings(web_root=tmp_path / "web"), clock=world.clock)
    try:
        async with httpx2.AsyncClient(base_url=f"http://{gateway.address}") as http:
            page = (await http.get("/help/")).text
            world.fakes.error = RuntimeError("down")
            details = json.dumps((await http.get("/v1/programmes/x")).json(), ensure_ascii=False)
        assert "0120-279-338" not in page
        assert 'href="tel:119"' in page
        assert "0120-279-338" not in details
        assert '"119"' in details
    finally:
        await gateway.stop(1)


def test_a_restored_contact_stands_where_it_stood(tmp_path):
    (tmp_path / "index.html").write_text(HELP)
    (tmp_path / "other.html").write_text("<p>0120-279-338</p>")
    site = Site.read(tmp_path)
    before = dict(site._files)
    site.leave_out([WRONG])
    changed = {path for path in before if site._files[path] != before[path]}
    assert changed == {"/index.html"}
    assert "よりそい" not in site._files["/index.html"].body.decode()
    assert "119" in site._files["/index.html"].body.decode()
    site.leave_out([])
    assert site._files == before


@pytest.mark.parametrize("language", ["index", "en"])
def test_every_card_of_the_real_help_pages_can_be_left_out(language):
    from backend import ROOT

    site = Site.read(ROOT / "web" / "help")
    before = site._files[f"/{language}.html"].body.decode()
    assert "0120279338" in before
    site.leave_out([WRONG])
    after = site._files[f"/{language}.html"].body.decode()
    assert "0120279338" not in after
    assert after.count("<div") == after.count("</div>") < before.count("<div")
