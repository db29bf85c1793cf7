"""Logs in, follows the notifications live, makes a task and marks the notification of it as read.

    python main.py http://localhost:8000 admin <password.txt
"""

import sys
from datetime import datetime, timedelta, timezone
from typing import TypeVar

from leopard_client import AuthenticatedClient, Client
from leopard_client.api.notifications import mark_notification_read
from leopard_client.api.tasks import create_task, list_tasks
from leopard_client.api.tokens import log_in
from leopard_client.models import (
    ConnectionEstablishedEvent,
    Credentials,
    NewTask,
    Notification,
    NotificationEvent,
    Problem,
    Task,
    TaskPage,
    TokenPair,
)

from live import follow

T = TypeVar("T")


def main(base_url: str, username: str, password: str) -> None:
    credentials = Credentials(username=username, password=password)
    pair = answered(TokenPair, log_in.sync(client=Client(base_url), body=credentials))
    leopard = AuthenticatedClient(base_url, token=pair.access)
    print(f"{username} is logged in")

    for event in follow(leopard):
        if isinstance(event, ConnectionEstablishedEvent):
            print(f"live: connected, {event.unread_count} unread")
            # The first event says who we are: the task is for ourselves.
            make_task(leopard, event.user_id)
        elif isinstance(event, NotificationEvent):
            print(f"live: {event.title}")
            mark_read(leopard, event.id)
            break

    tasks = answered(TaskPage, list_tasks.sync(client=leopard, page_size=10))
    print(f"tasks: {tasks.count}")
    for task in tasks.results:
        print(f"- {task.title} ({task.status_display})")


def make_task(leopard: AuthenticatedClient, assigned_to: int) -> None:
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    body = NewTask(
        title="Try Python", detail="With types", due_date=tomorrow, assigned_to=assigned_to
    )
    task = answered(Task, create_task.sync(client=leopard, body=body))
    print(f"task {task.id} is made")


def mark_read(leopard: AuthenticatedClient, id: int) -> None:
    notification = answered(Notification, mark_notification_read.sync(id, client=leopard))
    print(f"notification {notification.id} is read: {str(notification.read).lower()}")


def answered(kind: type[T], answer: T | Problem | None) -> T:
    """The answer of this kind; a problem ends the program with what went wrong."""
    if isinstance(answer, kind):
        return answer
    sys.exit(answer.detail if isinstance(answer, Problem) else "an answer of no known status")


if __name__ == "__main__":
    _, base_url, username = sys.argv
    main(base_url, username, sys.stdin.readline().rstrip("\n"))
