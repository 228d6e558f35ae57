"""What the endpoints accept in the body."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

MAX_TOKEN_LENGTH = 4096
"""Ours have about 400 characters."""
MAX_USERNAME_LENGTH = 254


class TextField(serializers.CharField):
    """A text. The REST framework's own field would take a number for one."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse all other types."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TrueOrFalseField(serializers.BooleanField):
    """`true` or `false`. The REST framework's own field would take "on", 1 and others as well."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse all other types."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members that it does not know: a misspelt one would otherwise be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Check the names, then the values."""
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            message = "This member is not known."
            raise serializers.ValidationError({name: [message] for name in unknown}, code="unknown")
        return super().to_internal_value(data)


class CredentialsInput(StrictSerializer):
    """A name and a password."""

    username = TextField(max_length=MAX_USERNAME_LENGTH)
    password = TextField(max_length=4096, trim_whitespace=False)


class RefreshInput(StrictSerializer):
    """A refresh token."""

    refresh = TextField(max_length=MAX_TOKEN_LENGTH)


class VerifyInput(StrictSerializer):
    """A token of either kind."""

    token = TextField(max_length=MAX_TOKEN_LENGTH)


class LogoutInput(StrictSerializer):
    """Either a refresh token, or `"all": true`."""

    refresh = TextField(max_length=MAX_TOKEN_LENGTH, required=False)
    all = TrueOrFalseField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two is needed."""
        if not attrs["all"] and "refresh" not in attrs:
            raise serializers.ValidationError({"refresh": ["This field is required."]}, code="required")
        return attrs
