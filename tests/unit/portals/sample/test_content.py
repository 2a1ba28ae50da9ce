"""What the sample portals are made of: article notation, slugs, and files built from lines."""

import io
from urllib.parse import urljoin

import docx
import pypdf
import pytest

from portals.sample import SamplePortals
from portals.sample.content import SampleContentError, blocks_of, load_portals, slug_of
from portals.sample.documents import docx as make_docx
from portals.sample.documents import pdf as make_pdf
from portals.sample.portal import documents
from portals.sample.server import FAMILIES
from tests.builders.sample_client import ask


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_text_of_an_attachment_comes_out_as_written(portals: SamplePortals, name: str) -> None:
    addresses = [
        urljoin(portals.urls[key], portals[key].file_address(story, n))
        for key in FAMILIES
        for story in portals[key].stories
        for n, file in enumerate(story.attachments)
        if file == name
    ]
    reply = ask(addresses[0])
    assert name in reply.headers["Content-Disposition"]
    if name.endswith(".pdf"):
        text = " ".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.body)).pages
        )
        assert " ".join(text.split()) == " ".join(documents()[name])
    else:
        assert [
            paragraph.text for paragraph in docx.Document(io.BytesIO(reply.body)).paragraphs
        ] == list(documents()[name])


def test_documents_are_the_same_bytes_each_time_and_grow_to_many_pages() -> None:
    lines = [f"Dòng thứ {n}: ủy ban nhân dân huyện, Ế Ỗ ỹ." for n in range(120)]
    assert make_pdf(lines) == make_pdf(lines)
    assert make_docx(lines) == make_docx(lines)
    reader = pypdf.PdfReader(io.BytesIO(make_pdf(lines)))
    assert len(reader.pages) == 3
    assert reader.pages[2].extract_text().strip().split("\n")[-1] == lines[-1]


def test_slugs_fold_the_letters_of_vietnamese() -> None:
    assert (
        slug_of("Đại hội Đảng bộ xã Hòa Trung: 15/17 chỉ tiêu đạt!")
        == "dai-hoi-dang-bo-xa-hoa-trung-15-17-chi-tieu-dat"
    )


def test_the_notation_tells_blocks_apart() -> None:
    blocks = blocks_of("Một.\n\n# Hai\n\n* ba\n* bốn\n\n| a | b |\n| c | |\n\n!row Năm\n\n~ Sáu")
    assert [block.kind for block in blocks] == [
        "paragraph",
        "heading",
        "list",
        "table",
        "image",
        "credit",
    ]
    assert blocks[2].lines == ("ba", "bốn")
    assert blocks[3].lines == ("a\tb", "c\t")


def test_an_unknown_image_style_is_refused_by_name() -> None:
    with pytest.raises(SampleContentError, match="'figur'"):
        blocks_of("!figur Chú thích")


def test_content_loads_without_a_server() -> None:
    assert (
        load_portals(["anphu"] + [key for key in FAMILIES if key != "anphu"])["anphu"].name
        == "Trang thông tin điện tử Huyện An Phú"
    )
