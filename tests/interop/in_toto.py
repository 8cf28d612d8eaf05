"""Checks an attestation as others do: DSSE by securesystemslib, the statement by in-toto-attestation.

Arguments: the attestation, the public key in PEM, the file that it has to be about.
"""

import hashlib
import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

attestation, public_key, blob = sys.argv[1:]
with open(attestation, "rb") as file:
    envelope = Envelope.from_dict(json.load(file))
keyid = next(iter(envelope.signatures))
with open(public_key, "rb") as file:
    key = SSlibKey.from_crypto(load_pem_public_key(file.read()), keyid=keyid)
envelope.verify([key], 1)

read = json_format.Parse(envelope.payload, statement_pb2.Statement())
statement = Statement.copy_from_pb(read)
statement.validate()
assert statement.pb.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
result = json_format.ParseDict(
    json_format.MessageToDict(statement.pb.predicate), test_result_pb2.TestResult()
)
with open(blob, "rb") as file:
    digest = hashlib.sha256(file.read()).hexdigest()
assert any(subject.digest.get("sha256") == digest for subject in statement.pb.subject), "another file"
print(result.result)
