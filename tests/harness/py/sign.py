"""Signatures as the contract says (DSSE, Ed25519), by the key files that `arrears keys new` writes.

By libsodium itself, which every service needs anyway, and not by the services' code around it.
"""
import ctypes
import ctypes.util

DECISION = "application/vnd.arrears.decision.v1+protobuf"
SIGNATURE_BYTES = 64


class Signer:
    def __init__(self, path):
        self.id, secret = open(path).read().split()
        self.secret = bytes.fromhex(secret)
        self.sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")

    def sign(self, payload_type, payload):
        """Over the pre-authentication encoding."""
        name = payload_type.encode()
        covered = b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)
        signature = ctypes.create_string_buffer(SIGNATURE_BYTES)
        done = self.sodium.crypto_sign_detached(signature, None, covered, ctypes.c_ulonglong(len(covered)), self.secret)
        assert done == 0, "libsodium does not sign"
        return signature.raw

    def seal(self, signed, payload_type, payload):
        """Fills a Signed message."""
        signed.payload, signed.key_id, signed.signature = payload, self.id, self.sign(payload_type, payload)
