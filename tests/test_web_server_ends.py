"""A web server of a test ends whole: no connection of it stays open, whatever it was doing."""

import asyncio
import socket
from typing import Any

import uvicorn

from tests.servers import end_serving, until

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_no_connection_outlives_its_server():
    begun = asyncio.Semaphore(0)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        begun.release()
        await asyncio.Event().wait()

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started, "the server")
    address = server.servers[0].sockets[0].getsockname()
    clients = [socket.create_connection(address) for _ in range(3)]
    try:
        clients[0].sendall(ASK)  # one is being answered
        await begun.acquire()
        clients[1].sendall(ASK)  # one has asked and one has not, and the server knows of neither yet
        late = socket.create_connection(address)
        clients.append(late)
        late.sendall(ASK)
        await end_serving(server, serving)
        assert server.server_state.connections == set()
        assert server.server_state.tasks == set()
        for one in clients:
            one.settimeout(5)
            while one.recv(65536):  # its end has been told to whoever is connected
                pass
    finally:
        for one in clients:
            one.close()
