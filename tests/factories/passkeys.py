"""What a browser answers when it makes a passkey, without a browser: enough for the server to know the key again."""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

CLIENT = b'{"type": "webauthn.create", "challenge": "AAAA", "origin": "https://testserver"}'


def credential() -> dict:
    """The answer to a registration, in the JSON of the standard: no attestation, a fresh key."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    identity = os.urandom(16)
    kept = AttestedCredentialData.create(b"\0" * 16, identity, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(os.urandom(32), flags, 0, kept)
    attested = AttestationObject(cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)}))
    return {
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "type": "public-key",
        "response": {"clientDataJSON": websafe_encode(CLIENT), "attestationObject": websafe_encode(bytes(attested))},
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
