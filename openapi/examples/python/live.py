"""The stream. The generated operation for it would wait for the end, which does not come."""

import json
from collections.abc import Iterator
from typing import TypeAlias

from leopard_client import AuthenticatedClient
from leopard_client.models import (
    ConnectionEstablishedEvent,
    HeartbeatEvent,
    NotificationDeletedEvent,
    NotificationEvent,
    NotificationReadEvent,
    ReplayTruncatedEvent,
    ServerShutdownEvent,
    TokenExpiredEvent,
    UnavailableEvent,
    UnreadCountUpdateEvent,
)

StreamEvent: TypeAlias = (
    ConnectionEstablishedEvent
    | HeartbeatEvent
    | NotificationDeletedEvent
    | NotificationEvent
    | NotificationReadEvent
    | ReplayTruncatedEvent
    | ServerShutdownEvent
    | TokenExpiredEvent
    | UnavailableEvent
    | UnreadCountUpdateEvent
)

KINDS: dict[str, type[StreamEvent]] = {
    "connection_established": ConnectionEstablishedEvent,
    "heartbeat": HeartbeatEvent,
    "notification": NotificationEvent,
    "notification_deleted": NotificationDeletedEvent,
    "notification_read": NotificationReadEvent,
    "replay_truncated": ReplayTruncatedEvent,
    "server_shutdown": ServerShutdownEvent,
    "token_expired": TokenExpiredEvent,
    "unavailable": UnavailableEvent,
    "unread_count_update": UnreadCountUpdateEvent,
}

# Longer than the time between two heartbeats.
PATIENCE = 60.0


def follow(leopard: AuthenticatedClient) -> Iterator[StreamEvent]:
    """The events, as they come."""
    path = "/api/v1/notifications/stream/"
    with leopard.get_httpx_client().stream("GET", path, timeout=PATIENCE) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                yield KINDS[event["type"]].from_dict(event)
