import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentDigest',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'digest of published content',
                'verbose_name_plural': 'digests of published content',
            },
        ),
        migrations.CreateModel(
            name='GoneAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=2048)),
                ('page_id', models.BigIntegerField(db_index=True)),
                ('gone_at', models.DateTimeField()),
                ('site', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'address that is gone',
                'verbose_name_plural': 'addresses that are gone',
                'constraints': [models.UniqueConstraint(fields=('site', 'path'), name='address_gone_once')],
            },
        ),
    ]
