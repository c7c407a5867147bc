"""The official Python client as it is, writing through some nodes of a network while others are restarted.

azure_rolling.py SERVICE_CERTIFICATE ADMINISTRATOR NODE_URL...

Each line of input says by number through which nodes to write from then on, and is repeated as output once no write is
under way at any other. The end of input ends the writing. Nothing is repeated here: what the client does not repeat by
itself has failed.
"""

import sys
import threading

from azure.confidentialledger import ConfidentialLedgerCertificateCredential, ConfidentialLedgerClient

from checks import check, equal, finish

SERVICE, ADMINISTRATOR = sys.argv[1:3]
COLLECTION = "rolling"


def connect(url):
    credential = ConfidentialLedgerCertificateCredential(ADMINISTRATOR)
    return ConfidentialLedgerClient(url, credential, ledger_certificate_path=SERVICE)


class Orders(threading.Thread):
    """Reads the input; `last` is what it said last, None at its end."""

    def __init__(self):
        super().__init__(daemon=True)
        self.last = sys.stdin.readline().strip()

    def run(self):
        for line in sys.stdin:
            self.last = line.strip()
        self.last = None


def write_on(nodes):
    """Writes until the input ends; returns what was written, by transaction id."""
    orders, obeyed, written = Orders(), None, {}
    orders.start()
    while (order := orders.last) is not None:
        if order != obeyed:
            print(order, flush=True)
            obeyed = order
        for number in map(int, order.split()):
            contents = f"entry {len(written)} through {number}"
            result = nodes[number].create_ledger_entry({"contents": contents}, collection_id=COLLECTION)
            written[result["transactionId"]] = contents
    return written


def main():
    nodes = [connect(url) for url in sys.argv[3:]]
    written = {}
    with check("every write succeeds while one node after the other is restarted"):
        written = write_on(nodes)
        assert len(written) > 20, f"only {len(written)} writes"
    for number, node in enumerate(nodes):
        with check(f"node {number} has all that was written"):
            last = list(written)[-1]
            node.begin_wait_for_commit(last).wait()
            listed = node.list_ledger_entries(collection_id=COLLECTION, from_transaction_id=next(iter(written)))
            equal({entry["transactionId"]: entry["contents"] for entry in listed}, written)
    finish()


main()
