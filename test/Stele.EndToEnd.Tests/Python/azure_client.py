"""The official Python client as it is, through every operation of its README.

azure_client.py LEDGER_URL IDENTITY_URL LEDGER_ID DATA_DIRECTORY
"""

import hashlib
import os
import sys
import tempfile
import uuid

from azure.confidentialledger import ConfidentialLedgerCertificateCredential, ConfidentialLedgerClient
from azure.confidentialledger.certificate import ConfidentialLedgerCertificateClient
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

import receipts
from certificates import make_user
from checks import check, equal, finish, refused

ENDPOINT, IDENTITY, LEDGER_ID, DATA = sys.argv[1:5]
ADMINISTRATOR = os.path.join(DATA, "administrator.pem")
NEWEST = "2026-07-31-preview"
FOLDER = tempfile.mkdtemp(prefix="stele-python-")
SERVICE = os.path.join(FOLDER, "ledger_certificate.pem")
RUN = uuid.uuid4().hex[:8]


def connect(certificate, **options):
    credential = ConfidentialLedgerCertificateCredential(certificate)
    endpoint = options.pop("endpoint", ENDPOINT)
    return ConfidentialLedgerClient(endpoint, credential, ledger_certificate_path=SERVICE, **options)


def write(client, contents, collection=None):
    return client.create_ledger_entry({"contents": contents}, collection_id=collection)["transactionId"]


def append(client, contents, collection=None):
    result = client.begin_create_ledger_entry({"contents": contents}, collection_id=collection).result()
    return result["transactionId"]


def trust():
    identity = ConfidentialLedgerCertificateClient(IDENTITY, connection_verify=os.path.join(DATA, "identity_ca.pem"))
    with check("identity service gives the ledger's certificate"):
        answer = identity.get_ledger_identity(ledger_id=LEDGER_ID)
        equal(answer["ledgerId"], LEDGER_ID)
        with open(SERVICE, "w", encoding="utf-8") as file:
            file.write(answer["ledgerTlsCertificate"])
        with open(os.path.join(DATA, "service_cert.pem"), encoding="utf-8") as file:
            equal(answer["ledgerTlsCertificate"].strip(), file.read().strip())
    with check("identity service does not know another ledger"), refused(ResourceNotFoundError, 404):
        identity.get_ledger_identity(ledger_id="no-such-ledger")


def entries(client):
    with check("append, then wait for commit"):
        result = client.create_ledger_entry({"contents": "Hello world!"})
        equal(result["collectionId"], "subledger:0")
        client.begin_wait_for_commit(result["transactionId"]).wait()
        status = client.get_transaction_status(result["transactionId"])
        equal(status, {"state": "Committed", "transactionId": result["transactionId"]})

    with check("append and wait in one"):
        result = client.begin_create_ledger_entry({"contents": "Hello world again!"}).result()
        equal(client.get_transaction_status(result["transactionId"])["state"], "Committed")

    with check("ids rise"):
        first, second = (append(client, text) for text in ("one", "two"))
        assert tuple(map(int, first.split("."))) < tuple(map(int, second.split("."))), f"{first}, {second}"

    with check("current entry, then an older one by its id"):
        original = append(client, "Original hello")
        current = client.get_current_ledger_entry()
        equal((current["contents"], current["collectionId"]), ("Original hello", "subledger:0"))
        append(client, "Hello!")
        older = client.begin_get_ledger_entry(original).result()
        equal(older["state"], "Ready")
        expected = {"collectionId": "subledger:0", "contents": "Original hello", "transactionId": original}
        equal(older["entry"], expected)

    contents = {
        "quotes, controls, letters of many scripts": 'a "quoted" \\ line\r\n\ttab \u0001 Zürich Ελλάδα 漢字 🙂',
        "JSON as text": '{"a": [1, 2, {"b": null}]}',
        "200 kB": "0123456789abcdef" * 12_500,
    }
    for name, text in contents.items():
        with check(f"contents come back as they were: {name}"):
            transaction = append(client, text)
            equal(client.begin_get_ledger_entry(transaction).result()["entry"]["contents"], text)


def collections(client):
    names = [f"alice {RUN}", f"bob/{RUN}", f"Zürich-漢字-{RUN}", f"a:b,c;d={RUN}"]
    for name in names:
        with check(f"collection {name.replace(RUN, '')!r}"):
            first, last = append(client, "first", name), append(client, "last", name)
            entry = client.begin_get_ledger_entry(first, collection_id=name).result()["entry"]
            equal(entry, {"collectionId": name, "contents": "first", "transactionId": first})
            equal(client.get_current_ledger_entry(collection_id=name)["contents"], "last")
            listed = list(client.list_ledger_entries(collection_id=name, from_transaction_id=first))
            equal([(e["transactionId"], e["contents"]) for e in listed], [(first, "first"), (last, "last")])

    with check("collections are listed"):
        listed = [item["collectionId"] for item in client.list_collections()]
        missing = {"subledger:0", *names} - set(listed)
        assert not missing, f"missing {missing}"
        equal(len(listed), len(set(listed)))

    with check("an entry is not found in another collection"), refused(ResourceNotFoundError, 404):
        client.begin_get_ledger_entry(append(client, "mine", names[0]), collection_id=names[1])

    with check("an empty collection has no current entry"), refused(ResourceNotFoundError, 404):
        client.get_current_ledger_entry(collection_id=f"empty-{RUN}")


def ranges(client):
    name, count = f"range-{RUN}", 330
    with check(f"a ranged list of {count} entries over several pages"):
        ids = [write(client, f"Message {i}", name) for i in range(count - 1)]
        ids.append(append(client, f"Message {count - 1}", name))
        pages = client.list_ledger_entries(
            collection_id=name, from_transaction_id=ids[0], to_transaction_id=ids[-1]
        ).by_page()
        pages = [list(page) for page in pages]
        assert len(pages) >= 3, f"only {len(pages)} pages"
        listed = [(e["transactionId"], e["contents"]) for page in pages for e in page]
        equal(listed, [(ids[i], f"Message {i}") for i in range(count)])

    with check("a range has both its ends, and nothing beyond them"):
        part = client.list_ledger_entries(collection_id=name, from_transaction_id=ids[7], to_transaction_id=ids[123])
        equal([e["transactionId"] for e in part], ids[7:124])

    with check("a range that is open at the end"):
        part = client.list_ledger_entries(collection_id=name, from_transaction_id=ids[200])
        equal([e["transactionId"] for e in part], ids[200:])

    with check("a range that is open at the start"):
        part = client.list_ledger_entries(collection_id=name, to_transaction_id=ids[9])
        equal([e["transactionId"] for e in part], ids[:10])

    with check("the default collection has its own entries only"):
        contents = {e["contents"] for e in client.list_ledger_entries(from_transaction_id=ids[0])}
        assert not any(text.startswith("Message") for text in contents), f"{len(contents)} entries"


def tags(newest):
    name = f"tags-{RUN}"
    with check("entries are listed by their tags"):
        texts = {"apple": "red,round", "ball": "blue,round", "brick": "red"}
        for text, labels in texts.items():
            newest.create_ledger_entry({"contents": text}, collection_id=name, params={"tags": labels})
        append(newest, "nothing of the kind", name)
        for tag, expected in {"red": ["apple", "brick"], "round": ["apple", "ball"], "blue": ["ball"]}.items():
            listed = newest.list_ledger_entries(collection_id=name, params={"tag": tag})
            equal([entry["contents"] for entry in listed], expected)


def proofs(client, newest):
    with open(SERVICE, encoding="utf-8") as file:
        service = file.read()
    for number, (text, name) in enumerate([("Hello", None), ("in a collection", f"proof-{RUN}"), ("漢" * 4096, None)]):
        with check(f"receipt {number} verifies"):
            transaction = append(client, text, name)
            answer = client.begin_get_receipt(transaction).result()
            equal((answer["state"], answer["transactionId"]), ("Ready", transaction))
            receipts.verify(answer["receipt"], service)
            evidence = answer["receipt"]["leafComponents"]["commitEvidence"]
            assert evidence.startswith(f"ce:{transaction}:"), f"commit evidence {evidence}"
        with check(f"receipt {number} with its application claims"):
            answer = newest.begin_get_receipt(transaction).result()
            receipts.verify(answer["receipt"], service, answer["applicationClaims"])
            [claim] = answer["applicationClaims"]
            entry = claim["ledgerEntry"]
            equal((entry["collectionId"], entry["contents"]), (name or "subledger:0", text))

    with check("each of 40 receipts verifies, asked in any order"):
        ids = [write(client, f"entry {i}") for i in range(40)]
        client.begin_wait_for_commit(ids[-1]).wait()
        for transaction in reversed(ids):
            answer = newest.begin_get_receipt(transaction).result()
            receipts.verify(answer["receipt"], service, answer["applicationClaims"])

    with check("an append that waits for its commit brings its receipt along"):
        result = newest.create_ledger_entry({"contents": "at once"}, params={"waitForCommit": "true"})
        equal(result["state"], "Committed")
        receipts.verify(result["receipt"], service, result["applicationClaims"])

    with check("a claim about other contents does not verify"):
        answer["applicationClaims"][0]["ledgerEntry"]["contents"] += "!"
        try:
            receipts.verify(answer["receipt"], service, answer["applicationClaims"])
        except AssertionError:
            pass
        else:
            raise AssertionError("it did")


def users(client):
    path = os.path.join(FOLDER, "user.pem")
    ids = {"a token's object id": str(uuid.uuid4()), "a certificate's fingerprint": make_user(path, "a user")}
    for kind, user in ids.items():
        with check(f"user by {kind}: created, read, changed, deleted"):
            created = client.create_or_update_user(user, {"assignedRole": "Contributor"})
            equal((created["userId"], created["assignedRole"]), (user, "Contributor"))
            equal(client.get_user(user)["assignedRole"], "Contributor")
            client.create_or_update_user(user, {"assignedRole": "Reader"})
            equal(client.get_user(user), {"assignedRole": "Reader", "userId": user})
            client.delete_user(user)
            with refused(ResourceNotFoundError, 404):
                client.get_user(user)

    user = ids["a certificate's fingerprint"]
    guest = connect(path)
    with check("an unknown certificate may do nothing"), denied():
        guest.get_current_ledger_entry()
    with check("a reader reads, and does not append"):
        client.create_or_update_user(user, {"assignedRole": "Reader"})
        guest.get_current_ledger_entry()
        with denied():
            guest.create_ledger_entry({"contents": "no"})
    with check("a contributor appends, and does not manage users"):
        client.create_or_update_user(user, {"assignedRole": "Contributor"})
        append(guest, "from a contributor")
        with denied():
            guest.create_or_update_user(user, {"assignedRole": "Administrator"})
    with check("a deleted user's open connection loses its rights at once"):
        guest.get_current_ledger_entry()
        client.delete_user(user)
        with denied():
            guest.get_current_ledger_entry()


class denied:
    """The block must be answered 401 or 403."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert isinstance(error, HttpResponseError), f"was not denied, but {error!r}"
        assert error.status_code in (401, 403), f"status {error.status_code}"
        assert error.error is not None and error.error.code, "no error code"
        return True


def governance(client):
    with check("consortium members"):
        members = list(client.list_consortium_members())
        assert members, "no member"
        for member in members:
            assert "BEGIN CERTIFICATE" in member["certificate"] and len(member["id"]) == 64, f"{member}"

    with check("constitution and its digest"):
        constitution = client.get_constitution()
        equal(constitution["digest"].lower(), hashlib.sha256(constitution["script"].encode()).hexdigest())
        assert len(constitution["script"]) > 0, "empty"

    with check("enclave quotes"):
        quotes = client.get_enclave_quotes()
        assert quotes["currentNodeId"] in quotes["enclaveQuotes"], f"{list(quotes['enclaveQuotes'])}"
        for node, quote in quotes["enclaveQuotes"].items():
            equal(node, quote["nodeId"])
            assert isinstance(quote["quoteVersion"], str) and isinstance(quote["raw"], str), f"{quote}"


def errors(client):
    with check("an id far beyond the end"), refused(ResourceNotFoundError, 404):
        client.begin_get_ledger_entry(transaction_id="10000.100000")
    with check("the receipt of an id far beyond the end"), refused(ResourceNotFoundError, 404):
        client.begin_get_receipt("10000.100000")
    with check("the status of an id far beyond the end"), refused(ResourceNotFoundError, 404):
        client.get_transaction_status("10000.100000")
    with check("contents that are no string"), refused(HttpResponseError, 400):
        client.create_ledger_entry({"contents": 5})
    with check("no contents"), refused(HttpResponseError, 400):
        client.create_ledger_entry({})
    with check("a malformed range"), refused(HttpResponseError, 400):
        list(client.list_ledger_entries(from_transaction_id="one"))
    with check("a role that does not exist"), refused(HttpResponseError, 400):
        client.create_or_update_user(str(uuid.uuid4()), {"assignedRole": "Emperor"})
    with check("an api-version that does not exist"), refused(HttpResponseError, 400):
        connect(ADMINISTRATOR, api_version="1999-01-01").get_constitution()


def main():
    trust()
    with connect(ADMINISTRATOR) as client, connect(ADMINISTRATOR, api_version=NEWEST) as newest:
        for tour in (entries, collections, ranges, users, governance, errors):
            tour(client)
        tags(newest)
        proofs(client, newest)
    with check("the name localhost is as good as the address"):
        with connect(ADMINISTRATOR, endpoint=ENDPOINT.replace("127.0.0.1", "localhost")) as client:
            append(client, "by name")
    finish()


main()
