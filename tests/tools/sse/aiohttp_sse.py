"""python aiohttp_sse.py URL TOKEN: follows a stream with `aiohttp-sse-client`."""

import asyncio
import sys

import aiohttp
from aiohttp_sse_client.client import EventSource


async def main(url: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=None)
    # By itself, it reconnects where the stream has ended.
    on_error = lambda: print("reconnects", flush=True)
    try:
        async with EventSource(url, headers=headers, timeout=timeout, on_error=on_error) as source:
            async for event in source:
                print(event.data, flush=True)
    except aiohttp.ClientPayloadError:
        print("fails", flush=True)


asyncio.run(main(*sys.argv[1:]))
