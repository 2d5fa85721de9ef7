"""The question itself, by HTTP: bounded in time by whoever asks, in size and in where it may lead by this."""

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from telekit import __version__
from telekit.errors import LookupFailed, SettingsError

if TYPE_CHECKING:
    from aiohttp import ClientResponse

LARGEST_ANSWER = 16 * 1024
"""Bytes."""
MOST_REDIRECTS = 3
NOTHING_KNOWN = (204, 404)
"""Statuses by which a service says that it does not know the caller: an answer, and no failure."""
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"telekit/{__version__}"}
"""No compression: a small answer could grow without bounds."""
ELSEWHERE = (301, 302, 303, 307, 308)


def can_ask() -> bool:
    """Say whether the library is there that asks."""
    try:
        import aiohttp  # noqa: F401
    except ImportError:
        return False
    return True


class HttpClient:
    """Ask addresses for JSON; connections are kept and used again."""

    def __init__(self) -> None:
        """Make a client, inside a running loop; raises `SettingsError` when the library is not there."""
        try:
            from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
        except ImportError as error:
            raise SettingsError(MISSING) from error
        self._session: ClientSession = ClientSession(
            auto_decompress=False,
            cookie_jar=DummyCookieJar(),
            headers=HEADERS,
            timeout=ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
        )

    async def get(self, address: str, secret: str | None) -> bytes:
        """Give the body of an answer, empty when the service knows nothing; raises `LookupFailed` for all else."""
        from aiohttp import ClientError

        headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
        try:
            for _ in range(MOST_REDIRECTS + 1):
                body, address = await self._once(address, headers)
                if body is not None:
                    return body
        except (ClientError, OSError, ValueError) as error:
            raise LookupFailed(f"{type(error).__name__}: {_first_line(error)}") from error
        raise LookupFailed(f"it is sent on more than {MOST_REDIRECTS} times")

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _once(self, address: str, headers: dict[str, str]) -> tuple[bytes | None, str]:
        from yarl import URL

        async with self._session.get(URL(address, encoded=True), headers=headers, allow_redirects=False) as answer:
            if answer.status in ELSEWHERE:
                return None, _next_address(address, answer.headers.get("Location", ""))
            if answer.status in NOTHING_KNOWN:
                return b"", address
            if answer.status != 200:
                raise LookupFailed(f"it answers with status {answer.status}")
            return await _body(answer), address


async def _body(answer: "ClientResponse") -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(LARGEST_ANSWER):
        body += part
        if len(body) > LARGEST_ANSWER:
            answer.close()
            raise LookupFailed(f"its answer is longer than {LARGEST_ANSWER // 1024} KiB")
    return bytes(body)


def _next_address(address: str, location: str) -> str:
    """Follow a redirection on the same host alone: the secret and the caller's number are for nobody else."""
    following = urljoin(address, location)
    was, now = urlsplit(address), urlsplit(following)
    if not location or (was.scheme, was.netloc) != (now.scheme, now.netloc):
        raise LookupFailed("it sends telekit on to another host")
    return following


def _first_line(error: Exception) -> str:
    told = str(getattr(error, "message", "") or error)  # without the address, which holds the caller's number
    return (told.splitlines() or [""])[0][:200]


MISSING = (
    "The rules have lookups, for which telekit needs the library aiohttp: install it beside telekit "
    "(pip install 'aiohttp>=3.11'), or take the lookups out of the rules."
)
