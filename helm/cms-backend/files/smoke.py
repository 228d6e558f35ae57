"""What `helm test` runs: the service answers, is ready, and its API lists pages. Arguments: address, host name."""

import json
import sys
import time
import urllib.error
import urllib.request

ADDRESS, HOST = sys.argv[1:3]


def ask(path):
    """Status and JSON of a path, as the ingress controller would ask for it."""
    request = urllib.request.Request(ADDRESS + path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None
    except (OSError, ValueError) as error:
        return str(error), None


def is_expected(path, status, body):
    """Whether an answer shows that this part works."""
    if path == "/metrics":
        return status in (401, 403, 404)
    return status == 200 and isinstance(body, dict)


deadline = time.monotonic() + 60
for path in ("/health", "/health/live", "/health/ready", "/api/v2/pages/?limit=1", "/metrics"):
    status, body = ask(path)
    while not is_expected(path, status, body) and time.monotonic() < deadline:
        time.sleep(2)
        status, body = ask(path)
    print(path, status, flush=True)
    if not is_expected(path, status, body):
        sys.exit(f"{path} answered {status}")
