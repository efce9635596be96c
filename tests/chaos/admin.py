"""What a service says on its admin port: whether it is ready, and its figures."""
import urllib.error
import urllib.request


def _ask(service, path):
    service.api  # its ports are open
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{service.ports[0]}{path}", timeout=10) as answer:
            return True, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return False, answer.read().decode()


def why_not_ready(service):
    """What /readyz lists; empty: it is ready."""
    good, text = _ask(service, "/readyz")
    return "" if good else text


def metric(service, name):
    """The sum over all labels."""
    _, text = _ask(service, "/metrics")
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
