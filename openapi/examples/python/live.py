"""The stream. The generated operation for it would wait for the end, which does not come."""

import json
import sys
import time
from collections.abc import Iterator
from typing import TypeAlias

import httpx

from leopard_client import AuthenticatedClient
from leopard_client.models import (
    ConnectionEstablishedEvent,
    HeartbeatEvent,
    NotificationDeletedEvent,
    NotificationEvent,
    NotificationReadEvent,
    ReplayTruncatedEvent,
    ServerShutdownEvent,
    ThrottledEvent,
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
    | ThrottledEvent
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
    "throttled": ThrottledEvent,
    "token_expired": TokenExpiredEvent,
    "unavailable": UnavailableEvent,
    "unread_count_update": UnreadCountUpdateEvent,
}

PATH = "/api/v1/notifications/stream/"

# Longer than the time between two heartbeats.
PATIENCE = 60.0

# Seconds to wait where the server has not said how long.
RETRY = 3.0


def follow(leopard: AuthenticatedClient) -> Iterator[StreamEvent]:
    """The events as they come, over as many connections as it takes: an end of the stream is never
    final while the token is valid. After that, get another token and call this again."""
    headers: dict[str, str] = {}
    retry = RETRY
    while True:
        wait: float | None = None
        try:
            client = leopard.get_httpx_client()
            with client.stream("GET", PATH, headers=headers, timeout=PATIENCE) as response:
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    return
                if "Retry-After" in response.headers:
                    wait = float(response.headers["Retry-After"])
                response.raise_for_status()
                for message in messages(response.iter_bytes()):
                    if "retry" in message:
                        retry = int(message["retry"]) / 1000
                    if "id" in message:
                        # What comes after it is what the next connection begins with.
                        headers["Last-Event-ID"] = message["id"]
                    event = json.loads(message["data"])
                    # A later server may send events of other types.
                    if kind := KINDS.get(event["type"]):
                        yield kind.from_dict(event)
                    if event["type"] == "token_expired":
                        return
        except httpx.HTTPError as error:
            # Cut off, or not reachable: both pass.
            print(error, file=sys.stderr)
        time.sleep(retry if wait is None else wait)


def messages(pieces: Iterator[bytes]) -> Iterator[dict[str, str]]:
    """The fields of each event that came whole. Lines end with "\\n" and nothing else, so it is not
    httpx that splits them."""
    rest = b""
    for piece in pieces:
        *events, rest = (rest + piece).split(b"\n\n")
        for event in events:
            lines = event.decode().split("\n")
            fields = dict(line.split(": ", 1) for line in lines)
            if "data" in fields:
                yield fields
