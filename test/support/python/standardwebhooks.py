"""Stands in for the package of that name, which a test cannot install: Standard Webhooks by hmac."""

import base64
import hashlib
import hmac
import json
import time


class WebhookVerificationError(Exception):
    pass


class Webhook:
    def __init__(self, secret):
        self.key = base64.b64decode(secret.removeprefix("whsec_"))

    def verify(self, body, headers):
        at = headers["webhook-timestamp"]
        signed = b".".join([headers["webhook-id"].encode(), at.encode(), body])
        own = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        given = [text.partition(",")[2] for text in headers["webhook-signature"].split(" ")]
        if abs(time.time() - int(at)) > 300 or not any(hmac.compare_digest(own, one) for one in given):
            raise WebhookVerificationError()
        return json.loads(body)
