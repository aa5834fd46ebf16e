"""Drives a Vault server with hvac; prints what it found as JSON."""
import json
import os

import hvac

client = hvac.Client(url=os.environ["ADDR"])
kind = os.environ["LOGIN"]
if kind == "approle":
    client.auth.approle.login(role_id="role", secret_id="sid")
elif kind == "userpass":
    client.auth.userpass.login(username="orders", password="p4ss")
elif kind == "kubernetes":
    client.auth.kubernetes.login(role="orders", jwt="pod-jwt")

found = {"authenticated": client.is_authenticated()}
found["theirs"] = client.secrets.kv.v2.create_or_update_secret(path="theirs", secret={"value": "from hvac"})["data"]["version"]
found["ours"] = client.secrets.kv.v2.read_secret_version(path="ours")["data"]["data"]
try:
    client.secrets.kv.v2.create_or_update_secret(path="theirs", secret={"value": "x"}, cas=0)
except hvac.exceptions.InvalidRequest:
    found["cas"] = "refused"
found["keys"] = client.secrets.kv.v2.list_secrets(path="")["data"]["keys"]
client.secrets.kv.v1.create_or_update_secret(path="theirs", secret={"value": "one"}, mount_point="kv1")
found["first"] = client.secrets.kv.v1.read_secret(path="ours", mount_point="kv1")["data"]
client.secrets.kv.v2.create_or_update_secret(path="gone", secret={"value": "x"})
client.secrets.kv.v2.delete_latest_version_of_secret(path="gone")
found["metadata"] = client.secrets.kv.v2.read_secret_metadata(path="gone")["data"]["current_version"]
lease = client.secrets.database.generate_credentials(name="readonly")
found["renewed"] = client.sys.renew_lease(lease_id=lease["lease_id"], increment=60)["lease_duration"]
client.sys.revoke_lease(lease_id=lease["lease_id"])
found["health"] = client.sys.read_health_status(method="GET")["sealed"]
found["renew"] = client.auth.token.renew_self()["auth"]["renewable"]
print(json.dumps(found))
