"""Microsoft's Python client as it is, with a token instead of a certificate: azure_client.py LEDGER_URL SERVICE_CERTIFICATE TOKEN"""

import sys
import time

from azure.confidentialledger import ConfidentialLedgerClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

ENDPOINT, SERVICE, TOKEN = sys.argv[1:4]


class Static:
    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **_):
        assert scopes == ("https://confidential-ledger.azure.com/.default",), scopes
        return AccessToken(self.token, int(time.time()) + 3600)


def connect(token):
    return ConfidentialLedgerClient(ENDPOINT, Static(token), ledger_certificate_path=SERVICE)


client = connect(TOKEN)
entry = client.begin_create_ledger_entry({"contents": "by token"}).result()
read = client.begin_get_ledger_entry(entry["transactionId"]).result()
assert read["entry"]["contents"] == "by token", read
try:
    connect("a" + TOKEN).get_current_ledger_entry()
    sys.exit("a token that is none was taken")
except ClientAuthenticationError as error:
    assert error.status_code == 401 and error.error.code == "InvalidAuthenticationInfo", error
print("ok")
