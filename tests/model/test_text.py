from assembler.model.text import PartKey, Place, Quoted, Text

WEB = Place(root="part", part="web", path="bin/web")
STATE = Place(root="prefix", path="var/state")


def test_a_text_without_what_leads_into_other_parts() -> None:
    text = Text((WEB, " ", Quoted(WEB), STATE, PartKey("web"), PartKey("static")))
    assert text.without(Text((PartKey("web"), "literal", STATE))) == Text(
        (" ", STATE, PartKey("static"))
    )
    assert text.without(Text.of("literal")) == text
