"""What `helm test` runs: the service answers, is ready, its API lists pages, and its numbers are not open to all.

Arguments: address, host name.
"""

import json
import sys
import time
import urllib.error
import urllib.request

ADDRESS, HOST = sys.argv[1:3]
PATIENCE_SECONDS = 60
OPEN = ("/health", "/health/live", "/health/ready", "/api/v2/pages/?limit=1")
CLOSED = ("/metrics", "/health/detailed")


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the address that it leads to is that of the ingress."""

    def redirect_request(self, *_):
        return None


def ask(path):
    """Status and JSON of a path, as the ingress controller would ask for it; no status when nobody answers."""
    request = urllib.request.Request(ADDRESS + path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, None
    except ValueError:
        return 200, None
    except OSError as error:
        return f"nothing: {error}", None


def is_expected(path, status, body):
    """Whether an answer shows that this part works."""
    if path in CLOSED:
        return status in (401, 403, 404)
    return status == 200 and isinstance(body, dict)


deadline = time.monotonic() + PATIENCE_SECONDS
for path in (*OPEN, *CLOSED):
    status, body = ask(path)
    # Endpoints of a Service change a moment after the pods.
    while not is_expected(path, status, body) and path in OPEN and time.monotonic() < deadline:
        time.sleep(2)
        status, body = ask(path)
    if not is_expected(path, status, body):
        sys.exit(f"{path} answered {status}, expected {'a refusal' if path in CLOSED else '200 and JSON'}")
    print(path, status, flush=True)
