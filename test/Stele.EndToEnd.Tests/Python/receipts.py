"""Verification of a receipt from nothing but the service certificate, written from the published algorithm alone."""

import base64
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509 import load_pem_x509_certificate


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def claims_digest(claims):
    """The hexadecimal digest that a receipt's leaf must hold for these application claims."""
    digests = []
    for claim in claims:
        if claim["kind"] == "LedgerEntry":
            entry = claim["ledgerEntry"]
            key = base64.b64decode(entry["secretKey"], validate=True)
            parts = [hmac.digest(key, entry[name].encode(), "sha256") for name in ("collectionId", "contents")]
            protocol, value = entry["protocol"], sha256(*parts)
        elif claim["kind"] == "ClaimDigest":
            protocol, value = claim["digest"]["protocol"], bytes.fromhex(claim["digest"]["value"])
        else:
            raise ValueError(f"claim of unknown kind {claim['kind']!r}")
        digests.append(sha256(protocol.encode(), value))
    return sha256(struct.pack("<I", len(digests)), *digests).hex()


def _check_endorsed(certificate, issuer):
    key = issuer.public_key()
    algorithm = ec.ECDSA(certificate.signature_hash_algorithm)
    key.verify(certificate.signature, certificate.tbs_certificate_bytes, algorithm)


def _digest(text):
    value = bytes.fromhex(text)
    assert len(value) == 32 and text == value.hex(), f"not a lower-case SHA-256: {text!r}"
    return value


def _root(receipt):
    leaf = receipt["leafComponents"]
    assert set(leaf) == {"claimsDigest", "commitEvidence", "writeSetDigest"}, f"leaf has {sorted(leaf)}"
    evidence = sha256(leaf["commitEvidence"].encode())
    current = sha256(_digest(leaf["writeSetDigest"]), evidence, _digest(leaf["claimsDigest"]))
    for step in receipt["proof"]:
        [(side, sibling)] = step.items()
        assert side in ("left", "right"), f"a proof step to the {side}"
        pair = (_digest(sibling), current) if side == "left" else (current, _digest(sibling))
        current = sha256(*pair)
    return current


def verify(receipt, service_certificate, claims=None):
    """Raises when the receipt does not prove its transaction (and the claims, when given) under this service."""
    if claims is not None:
        expected = receipt["leafComponents"]["claimsDigest"]
        assert claims_digest(claims) == expected, f"the claims do not give the claims digest {expected}"
    node = load_pem_x509_certificate(receipt["cert"].encode())
    assert isinstance(node.public_key(), ec.EllipticCurvePublicKey), "the node's key is no EC key"

    current = node
    for pem in [*receipt.get("serviceEndorsements", []), service_certificate]:
        issuer = load_pem_x509_certificate(pem.encode())
        _check_endorsed(current, issuer)
        current = issuer

    if "nodeId" in receipt:
        encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        assert sha256(node.public_key().public_bytes(encoding, form)).hex() == receipt["nodeId"], "wrong node id"

    signature = base64.b64decode(receipt["signature"], validate=True)
    node.public_key().verify(signature, _root(receipt), ec.ECDSA(utils.Prehashed(hashes.SHA256())))
