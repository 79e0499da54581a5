"""Model fields whose plain text never reaches the database (T637-5-g)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from bangban.foundation.privacy.crypto import seal, unseal

if TYPE_CHECKING:
    TextFieldBase = models.Field[str, str]
    BytesFieldBase = models.BinaryField[bytes | None, bytes | None]
    AnswersFieldBase = models.Field[dict[str, str], dict[str, str]]
else:
    TextFieldBase, BytesFieldBase, AnswersFieldBase = models.Field, models.BinaryField, models.Field


class SealedTextField(TextFieldBase):
    """Text that is stored sealed with SM4-GCM and bound to its column; it cannot be filtered on.

    Use a `BlindIndexField` beside it for exact search.
    """

    description = "Sealed text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Store as bytea."""
        return "BinaryField"

    @property
    def place(self) -> str:
        """Return where the field lives; sealed values are bound to it."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Seal text; empty text stays an empty value, so that "nothing given" can be seen."""
        if value is None:
            return None
        return seal(value, self.place) if value else b""

    def from_db_value(self, value: Any, expression: object, connection: object) -> str | None:
        """Open what the database holds."""
        if value is None:
            return None
        return unseal(bytes(value), self.place) if value else ""

    def to_python(self, value: Any) -> Any:
        """Leave plain text as it is."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Keep the value out of serialised output."""
        return "•••"


class SealedAnswersField(AnswersFieldBase):
    """Answers by the code of their question, sealed as one; they cannot be filtered on."""

    description = "Sealed answers"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Store as bytea."""
        return "BinaryField"

    @property
    def place(self) -> str:
        """Return where the field lives; sealed values are bound to it."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Seal answers; no answers stay an empty value."""
        if value is None:
            return None
        return seal(json.dumps(value, ensure_ascii=False), self.place) if value else b""

    def from_db_value(self, value: Any, expression: object, connection: object) -> dict[str, str] | None:
        """Open what the database holds."""
        if value is None:
            return None
        return dict(json.loads(unseal(bytes(value), self.place))) if value else {}

    def value_to_string(self, obj: models.Model) -> str:
        """Keep the value out of serialised output."""
        return "•••"


class BlindIndexField(BytesFieldBase):
    """HMAC-SM3 of a sealed value, for exact search without plain text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=16, null=True, editable=False, db_index=kwargs.get("db_index", True))
        super().__init__(*args, **kwargs)
