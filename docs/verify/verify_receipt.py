#!/usr/bin/env python3
"""Verifies a ledger's receipt, offline: verify_receipt.py receipt.json service_cert.pem

The receipt is the ledger's answer or the bare receipt; the certificate is the service's, from a source that you trust.
Prints each step, and then what is proven: which transaction put which contents into which collection. Ends with 0 where all passed,
with 3 where not, and with 5 where they passed and the receipt says nothing of its contents: then no entry is proven, only that the
transaction is in the ledger. Needs the package `cryptography`, and nothing else.
"""
import base64
import hashlib
import hmac
import json
import re
import sys
import unicodedata

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

SIZE_MAX, DEPTH_MAX, CLAIMS_MAX, PROOF_MAX, ENDORSEMENTS_MAX, CERTIFICATE_MAX = 16 << 20, 16, 100, 64, 1000, 1 << 16
SIGNATURE_HASHES = {  # the object identifiers of ECDSA with a hash, in DER
    "2a8648ce3d040302": hashes.SHA256(), "2a8648ce3d040303": hashes.SHA384(), "2a8648ce3d040304": hashes.SHA512()}


class Failed(Exception):
    """The end of a verification that has failed."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def verify(receipt_json, service_pem):
    """
    The steps (name, passed, detail) of verifying a receipt, in bytes, with a certificate; the first that fails is the last. And what
    it proves: the transaction's id, and its entries (collection, contents); None where a step failed.
    """
    steps, proven = [], None

    def step(name, passed, detail):
        steps.append((name, passed, detail))
        if not passed:
            raise Failed

    def attempt(name, read, *arguments):
        try:
            return read(*arguments)
        except (ValueError, IndexError, RecursionError) as fault:
            step(name, False, str(fault))

    def check_endorsed(name, certificate, issuer):
        endorsed = certificate.is_signed_by(issuer)
        step(name, endorsed, f"{issuer.subject} {'endorses' if endorsed else 'did not sign'} {certificate.subject}")

    try:
        receipt, claims, entries = attempt("format", read_document, receipt_json)
        service = attempt("service certificate", Certificate, service_pem)
        if claims:  # 1. the claims say which collection holds which contents
            digest = sha256(len(claims).to_bytes(4, "little"), *claims)
            same, said = digest == receipt["claimsDigest"], receipt["claimsDigest"].hex()
            step("claims digest", same, said if same else f"the claims give {digest.hex()}, the receipt says {said}")

        # 2. the service endorses the node; or one endorses it that was recovered by another, up to the one that is trusted
        node = certificate = attempt("node certificate", Certificate, receipt["cert"])
        step("node certificate", node.key is not None, node.subject if node.key else "it has no elliptic curve key")
        for pem in receipt["serviceEndorsements"]:
            endorsement = attempt("service endorsement", Certificate, pem)
            check_endorsed("service endorsement", certificate, endorsement)
            if endorsement.spki == service.spki:  # the rest is for those who trust a later service
                break
            certificate = endorsement
        check_endorsed("service certificate", certificate, service)

        # 3. the leaf, and from it the root of the Merkle tree
        digest = sha256(receipt["writeSetDigest"], sha256(receipt["commitEvidence"].encode()), receipt["claimsDigest"])
        step("leaf", True, digest.hex())
        for side, sibling in receipt["proof"]:
            digest = sha256(sibling, digest) if side == "left" else sha256(digest, sibling)
        step("proof", True, f"{count(receipt['proof'], 'step')} to root {digest.hex()}")

        # 4. the node signed the root
        if receipt["nodeId"] is not None:
            step("node id", sha256(node.spki).hex() == receipt["nodeId"], sha256(node.spki).hex())
        signed = is_signed(node.key, receipt["signature"], digest, utils.Prehashed(hashes.SHA256()))
        step("signature", signed, "the node signed this root" if signed else "it is not the node's signature over this root")
        proven = (receipt["commitEvidence"].split(":") + [""])[1], entries
    except Failed:
        pass
    return steps, proven


def is_signed(key, signature, data, algorithm):
    try:
        key.verify(signature, data, ec.ECDSA(algorithm))
        return True
    except InvalidSignature:
        return False


class Certificate:
    """The first certificate in a PEM text, as far as receipts ask: no dates, names or flags, only who signed whom."""

    def __init__(self, pem):
        found = re.search(r"(?<!\S)-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----(?!\S)", pem, re.ASCII)
        if found is None or len(pem) > CERTIFICATE_MAX:
            raise ValueError("it is not a certificate in PEM")
        [outer] = der(base64.b64decode("".join(found[1].split()), validate=True), 0x30)
        tbs, algorithm, signature = der(outer.contents, 0x30, 0x30, 0x03)
        fields = [field for field in der(tbs.contents) if field.tag != 0xA0]  # the version; the first has none
        if [field.tag for field in fields[:6]] != [0x02, 0x30, 0x30, 0x30, 0x30, 0x30]:
            raise ValueError("it is not a certificate: a value is missing")
        _, same_algorithm, _, _, subject, spki = fields[:6]
        self.signed, self.signature, self.spki = tbs.whole, signature.contents[1:], spki.whole
        # What stands outside the signed part says the same as inside it (RFC 5280, 4.1.1.2), or anyone could change it.
        self.is_consistent = algorithm.whole == same_algorithm.whole and signature.contents[:1] == b"\0"
        self.hash = SIGNATURE_HASHES.get(der(algorithm.contents)[0].contents.hex())
        names = [der(pair.contents) for part in der(subject.contents) for pair in der(part.contents)]
        self.subject = ", ".join(value.contents.decode(errors="replace") for _, value in names)
        try:
            key = serialization.load_der_public_key(self.spki)
            self.key = key if isinstance(key, ec.EllipticCurvePublicKey) else None
        except (ValueError, UnsupportedAlgorithm):
            self.key = None

    def is_signed_by(self, issuer):
        return (issuer.key is not None and self.hash is not None and self.is_consistent
                and is_signed(issuer.key, self.signature, self.signed, self.hash))


class DerValue:
    def __init__(self, tag, whole, contents):
        self.tag, self.whole, self.contents = tag, whole, contents


def der(data, *tags):
    """The DER values (X.690), of up to 64 KiB, one behind the other; where tags are given, they must be just these."""
    values, at = [], 0
    while at < len(data):
        start, at = at, at + 2
        size = data[start + 1] if at <= len(data) else 0xFF
        if 0x81 <= size <= 0x82:
            at, least = at + size - 0x80, 0x80 if size == 0x81 else 0x100
            size = int.from_bytes(data[start + 2:at], "big")
            size = size if size >= least else len(data)
        elif size >= 0x80:
            size = len(data)
        if at + size > len(data) or data[start] & 0x1F == 0x1F:
            raise ValueError("it is not a certificate: a value has no end")
        values.append(DerValue(data[start], data[start:at + size], data[at:at + size]))
        at += size
    if tags and tuple(value.tag for value in values) != tags:
        raise ValueError("it is not a certificate: a value is missing")
    return values


def read_document(data):
    """The receipt, its members in one dictionary; the digests of its claims; and the entries that these say."""
    if len(data) > SIZE_MAX:
        raise ValueError(f"a receipt is a text of at most {SIZE_MAX} bytes")
    # No number of a receipt is used; int refuses those of many digits.
    parsed = json.loads(data.decode(), object_pairs_hook=list_of_pairs, parse_constant=read_number, parse_int=float)
    if depth_of(parsed) > DEPTH_MAX:
        raise ValueError(f"the receipt is nested deeper than {DEPTH_MAX}")
    answer = Members("document", parsed)
    if "receipt" not in answer:
        return read_receipt(answer), [], []
    if "transactionId" in answer:
        answer.text("transactionId")
    claims = answer.array("applicationClaims", CLAIMS_MAX) if "applicationClaims" in answer else []
    claims = [read_claim(Members("claim", claim)) for claim in claims]
    return read_receipt(answer.object("receipt")), [digest for digest, _ in claims], [entry for _, entry in claims if entry]


def read_receipt(receipt):
    if "leaf" in receipt and "leafComponents" not in receipt:
        raise ValueError("the receipt has no leafComponents: a signature transaction's receipt proves no entry")
    leaf = receipt.object("leafComponents", "claimsDigest", "commitEvidence", "writeSetDigest")
    proof = [Members("proof", step, "left", "right") for step in receipt.array("proof", PROOF_MAX)]
    if any(len(step) != 1 for step in proof):
        raise ValueError("a step of the proof must have exactly one of left and right")
    endorsements = receipt.array("serviceEndorsements", ENDORSEMENTS_MAX) if "serviceEndorsements" in receipt else []
    return {
        "cert": receipt.text("cert"), "nodeId": receipt.text("nodeId") if "nodeId" in receipt else None,
        "writeSetDigest": leaf.digest("writeSetDigest"), "commitEvidence": leaf.text("commitEvidence"),
        "claimsDigest": leaf.digest("claimsDigest"), "signature": read_base64(receipt.text("signature"), "signature"),
        "proof": [(side, step.digest(side)) for step in proof for side in step],
        "serviceEndorsements": [read_text(pem, "serviceEndorsements") for pem in endorsements]}


def read_claim(claim):
    """The digest of a claim, and its entry, which is that a collection holds contents; none where only a digest is there."""
    kind = claim.text("kind")
    if kind == "ClaimDigest":
        digest = claim.object("digest")
        return sha256(digest.text("protocol").encode(), digest.digest("value")), None
    entry = claim.object("ledgerEntry")
    if kind != "LedgerEntry" or entry.text("protocol") != "LedgerEntryV1":
        raise ValueError("a claim is a LedgerEntry of protocol LedgerEntryV1 or a ClaimDigest")
    key = read_base64(entry.text("secretKey"), "secretKey")
    said = entry.text("collectionId"), entry.text("contents")
    macs = [hmac.new(key, text.encode(), hashlib.sha256).digest() for text in said]
    return sha256(b"LedgerEntryV1", sha256(*macs)), said


class Members(dict):
    """The members of a JSON object under their names in camel case; older services write them in snake case."""

    def __init__(self, name, value, *only):
        super().__init__()
        if not isinstance(value, Pairs):
            raise ValueError(f"{name} must be an object")
        for written, member in value:
            first, *rest = written.split("_")
            camel = first + "".join(part[0].upper() + part[1:] if part else "_" for part in rest)
            if camel in self or (only and camel not in only):
                raise ValueError(f"{name} has a member {written} that does not belong there")
            self[camel] = member

    def __missing__(self, name):
        raise ValueError(f"there is no {name}")

    def object(self, name, *only):
        return Members(name, self[name], *only)

    def array(self, name, length_max):
        if type(self[name]) is not list or len(self[name]) > length_max:
            raise ValueError(f"{name} must be an array of at most {length_max}")
        return self[name]

    def text(self, name):
        return read_text(self[name], name)

    def digest(self, name):
        if not re.fullmatch("[0-9a-fA-F]{64}", self.text(name)):
            raise ValueError(f"{name} must be a SHA-256 digest: 64 hexadecimal digits")
        return bytes.fromhex(self[name])


class Pairs(list):
    """A JSON object as it was written."""


def list_of_pairs(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("the receipt has a member twice")
    return Pairs(pairs)


def depth_of(value):
    members = [member for _, member in value] if isinstance(value, Pairs) else value
    return 1 + max(map(depth_of, members), default=0) if isinstance(value, list) else 0


def read_number(name):
    raise ValueError(f"the receipt is not JSON: {name}")


def read_text(value, name):
    if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
        raise ValueError(f"{name} must be a string")
    return value


def read_base64(text, name):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise ValueError(f"{name} must be Base64 with its padding")
    return data


def count(things, name):
    return f"{len(things)} {name}" if len(things) == 1 else f"{len(things)} {name}s"


def shown(text):
    """What others wrote, on one line, of up to 200 characters; what cannot be seen or commands a terminal is spelled out."""
    short = text if len(text) <= 200 else text[:200] + "…"
    return "".join(
        c if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else f"\\u{ord(c):04x}" for c in short)


def tell(name, steps, proven):
    """Prints what was found, as `stele verify` does, and returns what the program ends with."""
    for step, passed, detail in steps:
        print("ok    " if passed else "FAILED", f"{step}: {shown(detail)}")
    if proven is None:
        step, _, detail = steps[-1]
        print(f"{name}: NOT VERIFIED at step «{step}»: {shown(detail)}")
        return 3
    transaction, entries = proven
    for collection, contents in entries:
        print(f"{name}: verified: transaction {transaction} put this entry into collection {shown(collection)}: {shown(contents)}")
    if not entries:
        print(f"{name}: verified: transaction {transaction} is in the ledger; NO ENTRY is proven: the receipt says nothing of its contents")
    print("not proven: when it was appended, by whom, and that nothing came after it" + ("" if entries else "; what the entry holds"))
    return 0 if entries else 5


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with open(arguments[0], "rb") as receipt, open(arguments[1], encoding="ascii", errors="replace") as service:
            return tell(arguments[0], *verify(receipt.read(SIZE_MAX + 1), service.read()))
    except OSError as fault:
        print(f"{fault.filename} cannot be read: {fault.strerror}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
