"""Turns the fields that an editor adds to a form into a Django form: for the plain website, and for the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from wagtail.contrib.forms.forms import FormBuilder

LINE_BREAKS = r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]"
MAX_TEXT_LENGTH = 10_000
MAX_URL_LENGTH = 2_000
MAX_HIDDEN_LENGTH = 255

_one_line = RegexValidator(LINE_BREAKS, "Write this on one line.", "line_break", inverse_match=True)


class BoundedFormBuilder(FormBuilder):
    """Wagtail's builder, which gives some types of text no longest length, and takes line breaks in single lines."""

    def create_singleline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """One line."""
        single: forms.Field = super().create_singleline_field(field, options | {"validators": [_one_line]})
        return single

    def create_multiline_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """Text of MAX_TEXT_LENGTH characters."""
        multi: forms.Field = super().create_multiline_field(field, options | {"max_length": MAX_TEXT_LENGTH})
        return multi

    def create_url_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """An address of MAX_URL_LENGTH characters."""
        url: forms.Field = super().create_url_field(field, options | {"max_length": MAX_URL_LENGTH})
        return url

    def create_hidden_field(self, field: Any, options: dict[str, Any]) -> forms.Field:
        """One line of MAX_HIDDEN_LENGTH characters."""
        bounds = {"max_length": MAX_HIDDEN_LENGTH, "validators": [_one_line]}
        hidden: forms.Field = super().create_hidden_field(field, options | bounds)
        return hidden
