"""The official Python client beside others on one ledger.

side_by_side.py LEDGER_URL IDENTITY_URL LEDGER_ID DATA_DIRECTORY COLLECTION write|read

write appends five entries. read prints the collection as JSON, `[[id, contents], ...]`, once each receipt has been verified.
"""

import json
import os
import sys

from azure.confidentialledger import ConfidentialLedgerCertificateCredential, ConfidentialLedgerClient

import receipts

ENDPOINT, _, _, DATA, COLLECTION, WHAT = sys.argv[1:7]
SERVICE = os.path.join(DATA, "service_cert.pem")


def connect(**options):
    credential = ConfidentialLedgerCertificateCredential(os.path.join(DATA, "administrator.pem"))
    return ConfidentialLedgerClient(ENDPOINT, credential, ledger_certificate_path=SERVICE, **options)


def write(client):
    for number in range(5):
        entry = {"contents": f"Python {number}"}
        client.begin_create_ledger_entry(entry, collection_id=COLLECTION).result()


def read(client):
    with open(SERVICE, encoding="utf-8") as file:
        service = file.read()
    entries = [(entry["transactionId"], entry["contents"]) for entry in client.list_ledger_entries(collection_id=COLLECTION)]
    for transaction, contents in entries:
        answer = client.begin_get_receipt(transaction).result()
        receipts.verify(answer["receipt"], service, answer["applicationClaims"])
        assert answer["applicationClaims"][0]["ledgerEntry"]["contents"] == contents
    print(json.dumps(entries))


with connect(api_version="2024-12-09-preview") as connected:
    {"write": write, "read": read}[WHAT](connected)
