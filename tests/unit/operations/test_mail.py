"""Queued mail: one task for each message, sent by the worker, tried again when the server is away."""

from __future__ import annotations

import base64

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.operations.mail import RETRY_DELAYS, as_data, from_data, send_queued_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue(settings):
    settings.EMAIL_BACKEND = "cms.operations.mail.QueuedEmailBackend"


def run_worker() -> None:
    call_command("db_worker", batch=True, queue_name="*", verbosity=0, startup_delay=False, interval=0)


def statuses() -> list[str]:
    return [task.return_value for task in DBTaskResult.objects.order_by("enqueued_at") if task.return_value]


@pytest.mark.django_db(transaction=True)
def test_message_reaches_the_mail_server_through_the_worker(mailbox):
    message = EmailMultiAlternatives(
        "Déjà approved", "It is live.", "cms@example.gov.uk", ["writer@example.gov.uk"], cc=["second@example.gov.uk"]
    )
    message.attach_alternative("<p>It is live.</p>", "text/html")
    message.attach("note.txt", "café", "text/plain")
    message.send()
    assert mailbox.messages() == [], "nothing is sent in the request itself"

    run_worker()

    (received,) = mailbox.messages()
    assert received["Subject"] == "Déjà approved"
    assert received["To"] == "writer@example.gov.uk"
    assert {part.get_content_type() for part in received.walk()} >= {"text/plain", "text/html"}
    assert statuses() == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_message_that_is_sent_again_is_the_same_one_to_mail_systems(mailbox):
    message = send_queued_message.enqueue(as_data(EmailMessage("Twice", "…", "a@example.gov.uk", ["b@example.gov.uk"])))
    run_worker()
    DBTaskResult.objects.filter(pk=message.id).update(status="READY")  # the worker died before it noted the end
    run_worker()
    first, second = mailbox.messages()
    assert first["Message-ID"] == second["Message-ID"] != ""


@pytest.mark.django_db(transaction=True)
def test_nothing_is_mailed_about_a_change_that_was_rolled_back(mailbox):
    with transaction.atomic():
        send_mail("Approved", "Body", None, ["writer@example.gov.uk"])
        transaction.set_rollback(True)
    run_worker()
    assert mailbox.messages() == []


def test_message_is_postponed_when_the_mail_server_is_away(settings, free_tcp_port):
    settings.SMTP_HOST, settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", "127.0.0.1", free_tcp_port
    message = EmailMessage("Subject", "Body", "a@example.gov.uk", ["b@example.gov.uk"])

    assert send_queued_message.call(as_data(message)) == "postponed"

    again = DBTaskResult.objects.get()
    assert again.args_kwargs["args"][1] == 1
    assert timezone.now() < again.run_after <= timezone.now() + RETRY_DELAYS[0]


def test_message_is_given_up_after_the_last_attempt(settings, free_tcp_port):
    settings.SMTP_HOST, settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", "127.0.0.1", free_tcp_port
    message = EmailMessage("Subject", "Body", "a@example.gov.uk", ["b@example.gov.uk"])
    assert send_queued_message.call(as_data(message), len(RETRY_DELAYS)) == "refused"
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_message_that_the_server_refuses_for_good_is_not_tried_again(mailbox):
    EmailMessage("Subject", "Body", "a@example.gov.uk", ["refused@example.gov.uk"]).send()
    run_worker()
    assert statuses() == ["refused"]
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_message_that_the_server_refuses_for_now_is_tried_again(mailbox):
    EmailMessage("Subject", "Body", "a@example.gov.uk", ["busy@example.gov.uk"]).send()
    run_worker()
    assert statuses() == ["postponed"]
    assert DBTaskResult.objects.count() == 2, "the next attempt is queued"


def test_message_without_recipients_is_not_queued():
    assert EmailMessage("Subject", "Body", to=[]).send() == 0
    assert not DBTaskResult.objects.exists()


def test_message_survives_the_queue_unchanged():
    message = EmailMultiAlternatives(
        "Subject", "Body", "from@example.gov.uk", ["to@example.gov.uk"], bcc=["bcc@example.gov.uk"],
        reply_to=["reply@example.gov.uk"], headers={"X-Kind": "workflow"},
    )  # fmt: skip
    message.attach("data.bin", b"\x00\xff", "application/octet-stream")
    message.attach_alternative("<b>Body</b>", "text/html")
    data = as_data(message)

    again = from_data(data)

    assert as_data(again) == data
    assert again.bcc == ["bcc@example.gov.uk"]
    assert base64.b64decode(data["attachments"][0][1]) == b"\x00\xff"


def test_without_a_mail_server_messages_are_files_in_the_local_folder(settings, tmp_path):
    settings.SMTP_HOST, settings.VAR_DIR = "", tmp_path
    message = EmailMessage("Subject", "Body", "a@example.gov.uk", ["b@example.gov.uk"])
    assert send_queued_message.call(as_data(message)) == "sent"
    (written,) = (tmp_path / "mail").iterdir()
    assert "Subject: Subject" in written.read_text()
