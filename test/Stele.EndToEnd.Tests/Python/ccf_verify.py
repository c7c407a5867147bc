"""CCF's own ledger verifier over a ledger directory, at its full level.

ccf_verify.py LEDGER_DIRECTORY
prints `verified ENTRIES SIGNATURES VIEW.SEQNO`; exit code 0 accepted, 1 refused, 77 where CCF's package is missing
"""

import sys

try:
    import ccf.ledger
except ImportError as error:
    print(f"the Python package ccf is not installed: {error}")
    sys.exit(77)

levels = getattr(ccf.ledger, "VerificationLevel", None)  # before release 7 there was the full level only
options = {} if levels is None else {"verification_level": levels.FULL}
validator = ccf.ledger.LedgerValidator(accept_deprecated_entry_types=False, **options)
entries = 0
for chunk in ccf.ledger.Ledger([sys.argv[1]], committed_only=False, **options):
    for transaction in chunk:
        validator.add_transaction(transaction)
        entries += 1
print(f"verified {entries} {validator.signature_count} {validator.last_verified_txid()}")
