"""The index on what every search on PostgreSQL looks at.

Searches look for their words in `title || body` of the index entries. django-modelsearch makes an index on that in its
own migrations, but Wagtail 8.0's copy of them (wagtail/search/migrations) has lost it: each search read the whole table,
and PostgreSQL, which keeps statistics of an expression only where there is an index on it, expected one row and chose
plans that took a hundred times as long. To be dropped when Wagtail has the index.
"""

from django.db import migrations

NAME = "wagtailsearch_title_body_gin"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        table = schema_editor.quote_name(apps.get_model("wagtailsearch", "IndexEntry")._meta.db_table)
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {NAME} ON {table} USING gin ((title || body))")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(create, drop)]
