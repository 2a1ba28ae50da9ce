"""What is raised or lowered keeps its meaning in plain text, wherever it stands on a page."""

from dataclasses import replace

import pytest
from lxml import html

from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.article.body import whole_page
from pipelines.read.html.page import seen_text
from pipelines.read.html.superscripts import write_out_scripts
from pipelines.read.listing.entry import one_line
from pipelines.read.reader import read
from tests.builders.reading_tasks import HONEST_PAGE, reading_task


def written(markup: str) -> str:
    page = f"<html><body><p>{markup}</p></body></html>"
    root = html.document_fromstring(page)
    write_out_scripts(root, page)
    return seen_text(root)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>4</sup> ha", "10⁴ ha"), ("3x10<sup>5</sup> trên lít", "3x10⁵ trên lít"),
        ("10<sup>\u22123</sup> mol", "10⁻³ mol"), ("10<sup> 6 </sup> người", "10⁶ người"),
        ("10<sup>-</sup><sup>3</sup> m", "10⁻³ m"), ("10<b><sup>4</sup></b> ha", "10⁴ ha"),
        ("<b>10</b><SUP>4</SUP> ha", "10⁴ ha"), ("100<sup>2</sup>=10000", "100²=10000"),
        ("6,02·10<sup>23</sup>", "6,02·10²³"),
        ("5,2.10<sup>3</sup> tấn", "5,2.10³ tấn"), ("2.10<sup>-6</sup> m", "2.10⁻⁶ m"),
        ("10.010<sup>3</sup> hộ", "10.010 ³ hộ"), ("10⁴ ha", "10⁴ ha"),
        ("25 mg/m<sup>3</sup>,", "25 mg/m³,"), ("120 km<sup>2</sup>/người", "120 km²/người"),
        ("<b>m</b><sup><span>2</span></sup> đất", "m² đất"), ("20 м<sup>2</sup>", "20 м²"),
        ("50 kg.m<sup>-2</sup>.s<sup>-1</sup>", "50 kg.m⁻².s⁻¹"), ("E = mc<sup>2</sup>", "E = mc²"),
        ("(a+b)<sup>2</sup>", "(a+b)²"), ("R<sup>2</sup> = 0,9", "R² = 0,9"),
        ("x<sup>n+1</sup>", "x^(n+1)"), ("2<sup>n</sup>", "2^n"), ("10<sup>2,5</sup>", "10^2,5"),
        ("e<sup>-x</sup>", "e^(-x)"), ("x<sup>2<sup>3</sup></sup>", "x^2³"),
        ("CO<sub>2</sub>", "CO₂"), ("H<sub>2</sub>SO<sub>4</sub> và", "H₂SO₄ và"),
        ("SO<sub>4</sub><sup>2-</sup>", "SO₄²⁻"), ("Ca<sup>2+</sup>", "Ca²⁺"),
        ("PM<sub>2.5</sub> và PM<sub>10</sub>", "PM₂.₅ và PM₁₀"), ("<sup>14</sup>C", "¹⁴C"),
        ("T<sub>max</sub>", "T_max"), ("x<sub>n+1</sub>", "x_(n+1)"),
        ("x<sub>i</sub><sup>2</sup>", "x_i²"), ("log<sub>2</sub>(8)", "log₂(8)"),
        ("10<span style='font-size:8px;vertical-align: super'>4</span> ha", "10⁴ ha"),
        ("CO<span style='vertical-align:sub'>2</span> giảm", "CO₂ giảm"),
        ("30<sup>o</sup>C, 30<sup>0</sup>C", "30°C, 30°C"), ("21<sup>o</sup>30'", "21°30'"),
        ("<sup>1</sup>/<sub>3</sub> số hộ", "1/3 số hộ"), ("2<sup>1</sup>/<sub>2</sub>", "2 1/2"),
        ("10<sup>3</sup>m<sup>3 </sup>nước", "10³m³ nước"), ("2<sup>0</sup>C", "2°C"),
        ("95,<sup>5</sup>%", "95,5%"), ("16h<sup>30</sup> ngày", "16h30 ngày"),
        ("7 giờ<sup>30</sup>", "7 giờ30"), ("80 mét<sup>2</sup> sàn", "80 mét² sàn"),
    ],
)  # fmt: skip
def test_figures_keep_their_meaning(markup: str, text: str) -> None:
    assert written(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("quy định<sup>12</sup> của tỉnh", "quy định ¹² của tỉnh"),
        ("quy định<sup>12</sup>của tỉnh", "quy định ¹² của tỉnh"),
        ("quy định<sup>[1]</sup> của", "quy định [1] của"),
        ('quy định<sup><a href="#fn1">1</a></sup> của', "quy định ¹ của"),
        ('quy định<a href="#fn1"><sup>1</sup></a> của', "quy định ¹ của"),
        ('R<sup><a href="#fn2">2</a></sup>', "R ²"),
        ("quy định<sup>[1]</sup><sup>[2]</sup> của", "quy định [1] [2] của"),
        ("quy định<sup>1</sup><sup>,</sup><sup>2</sup> của", "quy định ¹,² của"),
        ("quy định<sup>1-3</sup> của", "quy định ¹⁻³ của"),
        ("năm 2025<sup>1</sup> đạt", "năm 2025 ¹ đạt"),
        ("(2025<sup>1</sup>) 15/2025<sup>2</sup> của", "(2025 ¹) 15/2025 ² của"),
        ("năm 2025<sup>(1)</sup> đạt", "năm 2025 (1) đạt"),
        ("năm 2025.<sup>1</sup> Đạt", "năm 2025. ¹ Đạt"), ("7.25%.<sup>7</sup></p>", "7.25%. ⁷"),
        ("300 ha<sup>3</sup>; CO<sub>2</sub><sup>1</sup>", "300 ha ³; CO₂ ¹"),
        ("(Luật Đất đai)<sup>2</sup>", "(Luật Đất đai) ²"),
        ("bảng FFMQ<sup>b</sup>", "bảng FFMQ ^b"),
        ("<sup>1</sup>Theo Luật", "¹ Theo Luật"),
        ("<sup>a</sup>Đã hiệu chỉnh", "^a Đã hiệu chỉnh"),
        ("Tuyển dụng<sup>Mới</sup>", "Tuyển dụng Mới"),
        ("dài<sup>xem thêm ở bảng dưới</sup>", "dài xem thêm ở bảng dưới"),
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_no_part_of_the_word_or_number_before_it(
    markup: str, text: str
) -> None:
    assert written(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("1<sup>st</sup>, 19<sup>th</sup>", "1st, 19th"),
        ("2<sup>e</sup>, 1<sup>er</sup>", "2e, 1er"),
        ("n<sup>o</sup> 12, M<sup>me</sup> Lê", "no 12, Mme Lê"),
        ("XIX<sup>e</sup> siècle", "XIXe siècle"),
        ("16<sup>h</sup>30", "16h30"),
        ("14<sup>h30</sup>", "14h30"), ("24<sup>/7</sup>", "24/7"), ("1.<sup>o</sup>", "1.º"),
        ("Word<sup>TM</sup>", "Word™"), ("Word<sup>®</sup>", "Word®"), ("từ<sup>*</sup>", "từ*"),
        ("nhỏ <sub>chữ nhỏ</sub>", "nhỏ chữ nhỏ"), ("a<sup></sup>b<sup> </sup>c", "ab c"),
        ("Họp<sup><p>Một đoạn.</p></sup>", "Họp Một đoạn."),
        ('<td style="vertical-align: super">12</td>', "12"),
    ],
)  # fmt: skip
def test_letters_and_layout_stay_as_they_are_read_aloud(markup: str, text: str) -> None:
    assert written(markup) == text


def test_titles_leads_captions_and_cells_follow_the_same_rule() -> None:
    page = HONEST_PAGE.replace("Tiêu đề", "Giảm CO<sub>2</sub> trên 10<sup>4</sup> m<sup>2</sup>")
    page = page.replace(
        "<p>Văn bản của bài.</p>",
        '<figure><img src="/a.jpg"><figcaption>Khu 5 km<sup>2</sup></figcaption></figure>'
        "<p>Theo quy định<sup>1</sup> của tỉnh.</p>"
        "<table><tr><td>Đất</td><td>m<sup>2</sup></td></tr>"
        "<tr><td>Khí</td><td>CH<sub>4</sub></td></tr></table>",
    )
    article = read(reading_task(page)).article
    assert article is not None
    assert article.title == "Giảm CO₂ trên 10⁴ m²"
    assert [image.caption for image in article.images] == ["Khu 5 km²"]
    assert article.body == "Theo quy định ¹ của tỉnh.\n\nĐất | m²\nKhí | CH₄"


def test_a_heading_is_the_title_that_the_metadata_writes_without_subscripts() -> None:
    page = (
        "<html><head><title>Xã họp bàn giảm phát thải CO2</title></head><body><main>"
        "<h1>Xã họp bàn giảm phát thải CO<sub>2</sub></h1><p>12/05/2024 08:30</p>"
        "<p>Sáng nay, xã họp bàn giảm phát thải CO<sub>2</sub> từ 45 lò gạch trên địa bàn.</p>"
        "<p>Các lò gạch sẽ chuyển sang đốt trấu, theo quy định<sup>2</sup> của tỉnh.</p>"
        "</main></body></html>"
    )
    task = reading_task(page)
    article = read(replace(task, expected="article")).article
    assert article is not None
    assert article.title == "Xã họp bàn giảm phát thải CO₂"
    assert "CO₂ từ 45 lò gạch" in article.body
    assert "quy định ² của tỉnh" in article.body


def test_trafilaturas_own_choice_of_a_page_keeps_them_too() -> None:
    text = "Đoạn văn dài của bài viết về công tác thủy lợi nội đồng của xã trong năm nay. " * 3
    marked = f"<p>Tưới 10<sup>4</sup> ha, theo luật<sup>1</sup>. {text}</p>"
    page = f"<html><body><article>{marked}</article></body></html>"
    root = html.document_fromstring(page)
    write_out_scripts(root, page)
    assert whole_page(root, canonical_url).texts[0].startswith("Tưới 10⁴ ha, theo luật ¹. Đoạn")


def test_ten_thousand_scripts_in_one_line_are_read_in_linear_time() -> None:
    text = written("<b></b><i>từ</i><sup>1</sup> " * 20_000)
    assert text.startswith("từ ¹ từ ¹ ")
    assert text.count("¹") == 20_000


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Giảm CO<sub>2</sub> trên 10<sup>4</sup> m<SUP>2</SUP>", "Giảm CO₂ trên 10⁴ m²"),
        ("Theo quy định<sup>[1]</sup> mới", "Theo quy định [1] mới"),
        ("Kỳ họp thứ 2<sup>e</sup> < 3", "Kỳ họp thứ 2e < 3"),
    ],
)
def test_a_title_in_a_feed_follows_the_same_rule(title: str, text: str) -> None:
    assert one_line(title, escaped=True) == text
