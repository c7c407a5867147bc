"""Signs a governance request as CCF's ccf_cose_sign1 does, with openssl and an encoder of CBOR, and nothing of this project.

cose_sign1.py KEY CERT TYPE CREATED_AT [PROPOSAL_ID] < BODY > REQUEST
"""

import base64
import hashlib
import subprocess
import sys


def head(major, number):
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << (8 * size):
            return bytes([major << 5 | extra]) + number.to_bytes(size, "big")


def cbor(value):
    if isinstance(value, bool) or value is None:
        raise ValueError(value)
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def openssl(*arguments, given):
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def integers(der, size):
    """The two integers of an ECDSA signature, as COSE wants them: at their full length, one behind the other."""
    at = 3 if der[1] & 0x80 else 2
    found = b""
    for _ in range(2):
        length = der[at + 1]
        found += int.from_bytes(der[at + 2 : at + 2 + length], "big").to_bytes(size, "big")
        at += 2 + length
    return found


def main(key, cert, kind, created_at, *proposal):
    pem = open(cert).read().split("-----")[2]
    key_id = hashlib.sha256(base64.b64decode(pem)).hexdigest()
    text = openssl("pkey", "-in", key, "-noout", "-text", given=b"").decode()
    algorithm, digest, size = (-35, "-sha384", 48) if "384 bit" in text else (-7, "-sha256", 32)
    header = {1: algorithm, 4: key_id.encode(), "ccf.gov.msg.type": kind, "ccf.gov.msg.created_at": int(created_at)}
    if proposal:
        header["ccf.gov.msg.proposal_id"] = proposal[0]
    protected, body = cbor(header), sys.stdin.buffer.read()
    signed = cbor(["Signature1", protected, b"", body])
    signature = integers(openssl("dgst", digest, "-sign", key, given=signed), size)
    sys.stdout.buffer.write(b"\xd2" + cbor([protected, {}, body, signature]))


main(*sys.argv[1:])
