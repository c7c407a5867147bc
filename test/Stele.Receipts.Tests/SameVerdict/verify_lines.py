"""Verifies what comes in, a line for each receipt, and answers with a line: verify_lines.py folder_of_verify_receipt."""
import json
import sys

sys.path.insert(0, sys.argv[1])
from verify_receipt import verify  # noqa: E402

for line in sys.stdin:
    question = json.loads(line)
    steps, proven = verify(question["receipt"].encode(errors="surrogatepass"), question["service"])
    answer = [{"name": name, "passed": passed} for name, passed, _ in steps]
    transaction, entries = proven or (None, [])
    told = {"transactionId": transaction, "entries": [{"collectionId": name, "contents": contents} for name, contents in entries]}
    print(json.dumps({"verified": steps[-1][1], "steps": answer, **told}), flush=True)
