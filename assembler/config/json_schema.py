"""JSON Schema (2020-12) of assembly files, with the options of every recipe."""

from collections.abc import Collection, Mapping

from assembler.config.described import Key, keys, summary
from assembler.config.form_schema import FormSchemas, Json, Schema, demanded, described, table
from assembler.config.forms import Form, RecordForm, TableForm, UnionForm
from assembler.config.part_schema import PartSchemas
from assembler.config.tables import AssemblyFile, PartTable, PathSource
from assembler.recipe import Recipe

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATH_KEY = r"^\.|[/*?\[\]]"
_BLOCKS = ("when", "for-each")


def json_schema(recipes: Mapping[str, Recipe], *, layer: bool = False) -> Schema:
    """The schema of an assembly file whose parts may use these recipes.

    Of a `layer`, which others complete, nothing must be there.
    """
    file = _File(recipes)
    made = file.schema()
    whole = {} if layer else file.whole()
    definitions = dict(sorted(file.definitions.items()))
    return {"$schema": DIALECT, "title": "assembly.toml", **made, **whole, "$defs": definitions}


class _File:
    """The tables of a file; those that others lay over are not whole by themselves."""

    def __init__(self, recipes: Mapping[str, Recipe]) -> None:
        forms = FormSchemas()
        self._forms = forms
        self._keys = keys(AssemblyFile)
        self._parts = PartSchemas(recipes, forms)
        self.definitions = forms.made

    def schema(self) -> Schema:
        """All tables, with nothing that must be there."""
        self.definitions["part"] = self._parts.part()
        for key in self._keys:
            if key.name not in _BLOCKS:
                self.definitions[f"table-{key.name}"] = self._table(key)
        self.definitions["for-each"] = self._block("for-each", "names", _BLOCKS)
        self.definitions["when"] = self._block("when", "marker", ("when", "targets"))
        properties = {key.name: described(key, _referred(key)) for key in self._keys}
        return table(properties, description=summary(AssemblyFile))

    def whole(self) -> Schema:
        """What must be there in a file that extends none and depends on no target."""
        self.definitions["whole-part"] = self._parts.whole()
        demands: dict[str, Json] = {
            key.name: found for key in self._keys if (found := demanded(key.form))
        }
        anything: Schema = {}
        named = demanded(UnionForm(self._named_sources()))
        demands["sources"] = {
            "patternProperties": {_PATH_KEY: anything},
            "additionalProperties": named,
        }
        demands["parts"] = {"additionalProperties": {"$ref": "#/$defs/whole-part"}}
        extends: Schema = {"properties": {"assembly": {"required": ["extends"]}}}
        return {
            "if": {"anyOf": [{"required": ["assembly"], **extends}, {"required": ["when"]}]},
            "else": {
                "required": ["assembly"],
                "properties": demands,
                "additionalProperties": True,
            },
        }

    def _named_sources(self) -> tuple[Form, ...]:
        """What a source may be whose key is a name."""
        form = next(key.form for key in self._keys if key.name == "sources")
        match form:
            case TableForm(item=UnionForm(forms=forms)):
                return tuple(each for each in forms if each != RecordForm(PathSource))
            case _:
                return (form,)

    def _block(self, name: str, own: str, left_out: Collection[str]) -> Schema:
        """Tables that stand in a file once more, beside a key of their own."""
        texts: Schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        inner = {key.name: _referred(key) for key in self._keys if key.name not in left_out}
        meaning = next(key.meaning for key in self._keys if key.name == name)
        taken: Schema = texts if own == "names" else {"type": "string"}
        return {**table({own: taken, **inner}, description=meaning), "required": [own]}

    def _table(self, key: Key) -> Schema:
        """A table of the file, which no reference can stand for."""
        match key.form:
            case TableForm(item=RecordForm(record=record)) if record is PartTable:
                return {"type": "object", "additionalProperties": {"$ref": "#/$defs/part"}}
            case TableForm() if key.name == "presets":
                return {"type": "object", "additionalProperties": {"$ref": "#/$defs/part"}}
            case TableForm() if key.name == "sources":
                return {
                    "type": "object",
                    "patternProperties": {_PATH_KEY: self._forms.form(RecordForm(PathSource))},
                    "additionalProperties": self._forms.form(UnionForm(self._named_sources())),
                }
            case TableForm(item=item):
                return {"type": "object", "additionalProperties": self._forms.form(item)}
            case RecordForm(record=record):
                return self._forms.table(record)
            case form:
                return self._forms.form(form)


def _referred(key: Key) -> Schema:
    """A table by the name of its definition."""
    if key.name == "when":
        return {"type": "array", "items": {"$ref": "#/$defs/when"}}
    if key.name == "for-each":
        return {"type": "object", "additionalProperties": {"$ref": "#/$defs/for-each"}}
    return {"$ref": f"#/$defs/table-{key.name}"}
