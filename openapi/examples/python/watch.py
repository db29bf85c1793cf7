"""Logs in and prints the titles of notifications as they come, for as long as the token is valid.

    python watch.py http://localhost:8000 admin <password.txt
"""

import sys

from leopard_client import AuthenticatedClient, Client
from leopard_client.api.tokens import log_in
from leopard_client.models import (
    ConnectionEstablishedEvent,
    Credentials,
    NotificationEvent,
    TokenPair,
)

from live import follow


def main(base_url: str, username: str, password: str) -> None:
    credentials = Credentials(username=username, password=password)
    pair = log_in.sync(client=Client(base_url), body=credentials)
    if not isinstance(pair, TokenPair):
        sys.exit("the log in is refused")
    for event in follow(AuthenticatedClient(base_url, token=pair.access)):
        if isinstance(event, ConnectionEstablishedEvent):
            print("connected", flush=True)
        elif isinstance(event, NotificationEvent):
            print(event.title, flush=True)
    print("the token is not valid any more")


if __name__ == "__main__":
    _, base_url, username = sys.argv
    main(base_url, username, sys.stdin.readline().rstrip("\n"))
