"""python requests_sseclient.py URL TOKEN: follows a stream with `requests` and `sseclient-py`."""

import sys

import requests
import sseclient

_, url, token = sys.argv
headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
response = requests.get(url, stream=True, headers=headers)
response.raise_for_status()
try:
    for event in sseclient.SSEClient(response).events():
        print(event.data, flush=True)
    print("ends", flush=True)
except requests.exceptions.ChunkedEncodingError:
    print("fails", flush=True)
