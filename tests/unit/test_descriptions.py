"""Tables, columns and saved queries are described in both languages, each in its own file."""

import re

from web.descriptions import read, words

# Vietnamese words that English descriptions speak of.
EXAMPLES = re.compile("Đảng bộ|đ is kept|[⟪⟫·²]")
MARKED = re.compile(r"[À-ỹ]")


def test_both_files_describe_the_same_things_and_nothing_else() -> None:
    english, vietnamese = words(read("metadata.yml")), words(read("metadata.vi.yml"))
    assert english.keys() == vietnamese.keys()
    assert [path for path in english if english[path] == vietnamese[path]] == []


def test_metadata_vi_holds_words_for_readers_alone() -> None:
    tree = read("metadata.vi.yml")
    archive = tree["databases"]["archive"]
    assert tree.keys() == {"title", "description", "license", "about", "databases"}
    assert archive.keys() == {"title", "description", "queries", "tables"}
    said = {"title", "description"}
    assert {key for query in archive["queries"].values() for key in query} == said
    assert {key for table in archive["tables"].values() for key in table} == {*said, "columns"}


def test_no_description_mixes_the_languages() -> None:
    english = words(read("metadata.yml"))
    assert [
        (path, said) for path, said in english.items() if MARKED.search(EXAMPLES.sub("", said))
    ] == []
    vietnamese = words(read("metadata.vi.yml"))
    assert [path for path, said in vietnamese.items() if not MARKED.search(said)] == []
    assert [path for path, said in (english | vietnamese).items() if " / " in said] == []
