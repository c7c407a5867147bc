"""The official Python client's asynchronous half.

azure_client_async.py LEDGER_URL IDENTITY_URL LEDGER_ID DATA_DIRECTORY
"""

import asyncio
import hashlib
import os
import sys
import tempfile
import uuid

from azure.confidentialledger import ConfidentialLedgerCertificateCredential
from azure.confidentialledger.aio import ConfidentialLedgerClient
from azure.confidentialledger.certificate.aio import ConfidentialLedgerCertificateClient
from azure.core.exceptions import ResourceNotFoundError

import receipts
from checks import check, equal, finish, refused

ENDPOINT, IDENTITY, LEDGER_ID, DATA = sys.argv[1:5]
SERVICE = os.path.join(tempfile.mkdtemp(prefix="stele-python-"), "ledger_certificate.pem")
COLLECTION = f"async-{uuid.uuid4().hex[:8]}"


async def append(client, contents):
    poller = await client.begin_create_ledger_entry({"contents": contents}, collection_id=COLLECTION)
    return (await poller.result())["transactionId"]


async def trust():
    with check("identity service gives the ledger's certificate"):
        authority = os.path.join(DATA, "identity_ca.pem")
        async with ConfidentialLedgerCertificateClient(IDENTITY, connection_verify=authority) as identity:
            answer = await identity.get_ledger_identity(LEDGER_ID)
        with open(SERVICE, "w", encoding="utf-8") as file:
            file.write(answer["ledgerTlsCertificate"])


async def entries(client):
    with check("append, then wait for commit"):
        result = await client.create_ledger_entry({"contents": "Hello world!"}, collection_id=COLLECTION)
        poller = await client.begin_wait_for_commit(result["transactionId"])
        equal((await poller.result())["state"], "Committed")

    with check("current entry, and an older one by its id"):
        first, _ = await append(client, "first"), await append(client, "last")
        equal((await client.get_current_ledger_entry(collection_id=COLLECTION))["contents"], "last")
        poller = await client.begin_get_ledger_entry(first, collection_id=COLLECTION)
        equal((await poller.result())["entry"]["contents"], "first")

    with check("50 appends at once, each with its own id"):
        ids = await asyncio.gather(*(append(client, f"entry {i}") for i in range(50)))
        equal(len(set(ids)), 50)
        listed = {}
        async for entry in client.list_ledger_entries(collection_id=COLLECTION, from_transaction_id=first):
            listed[entry["transactionId"]] = entry["contents"]
        equal([listed[ids[i]] for i in range(50)], [f"entry {i}" for i in range(50)])

    with check("receipts of all of them verify"):
        with open(SERVICE, encoding="utf-8") as file:
            service = file.read()
        pollers = await asyncio.gather(*(client.begin_get_receipt(transaction) for transaction in ids))
        for poller in pollers:
            receipts.verify((await poller.result())["receipt"], service)

    with check("an id far beyond the end"), refused(ResourceNotFoundError, 404):
        await client.begin_get_ledger_entry(transaction_id="10000.100000")


async def service(client):
    with check("collections"):
        listed = [item["collectionId"] async for item in client.list_collections()]
        assert COLLECTION in listed, f"{len(listed)} collections"
    with check("users"):
        user = str(uuid.uuid4())
        await client.create_or_update_user(user, {"assignedRole": "Reader"})
        equal((await client.get_user(user))["assignedRole"], "Reader")
        await client.delete_user(user)
        with refused(ResourceNotFoundError, 404):
            await client.get_user(user)
    with check("members, constitution and quotes"):
        assert [member["id"] async for member in client.list_consortium_members()], "no member"
        constitution = await client.get_constitution()
        equal(constitution["digest"].lower(), hashlib.sha256(constitution["script"].encode()).hexdigest())
        quotes = await client.get_enclave_quotes()
        assert quotes["currentNodeId"] in quotes["enclaveQuotes"], "the node's own quote is missing"


async def main():
    await trust()
    credential = ConfidentialLedgerCertificateCredential(os.path.join(DATA, "administrator.pem"))
    async with ConfidentialLedgerClient(ENDPOINT, credential, ledger_certificate_path=SERVICE) as client:
        await entries(client)
        await service(client)
    finish()


asyncio.run(main())
