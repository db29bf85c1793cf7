"""python httpx_sse_client.py URL TOKEN: follows a stream with `httpx-sse`."""

import sys

import httpx
from httpx_sse import connect_sse

_, url, token = sys.argv
headers = {"Authorization": f"Bearer {token}"}
with httpx.Client(timeout=None) as client:
    try:
        with connect_sse(client, "GET", url, headers=headers) as source:
            for event in source.iter_sse():
                print(event.data, flush=True)
        print("ends", flush=True)
    except httpx.RemoteProtocolError:
        print("fails", flush=True)
