"""Makes two people on a server and prints their tokens: of a member, who has a character, a chat and a friend, of an admin, and the API key of
a program of the member.

    prepare.py URL TALKER_BIN
"""

import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PASSWORD = "correct horse battery"


def call(url, method, path, token=None, body=None, form=None):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    data = None
    if body is not None:
        headers["content-type"], data = "application/json", json.dumps(body).encode()
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(f"{url}/api/v1{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def person(url, name):
    call(url, "POST", "/auth/register", body={"username": name, "email": f"{name}@example.org", "password": PASSWORD, "birth_date": "1990-02-03"})
    return call(url, "POST", "/auth/token", form={"grant_type": "password", "username": name, "password": PASSWORD, "device": "Schemathesis"})["access_token"]


def main(url, binary):
    suffix = format(int(time.time() * 1000), "x")
    member, other = person(url, f"member_{suffix}"), person(url, f"other_{suffix}")
    admin = person(url, f"admin_{suffix}")
    subprocess.run([binary, "admin", "grant", f"admin_{suffix}"], check=True, stdout=subprocess.DEVNULL)
    character = call(url, "POST", "/characters", member, {"name": "Aya", "greeting": "You came."})
    call(url, "POST", "/sessions", member, {"character_id": character["id"]})
    call(url, "POST", f"/characters/{character['id']}/memories", member, {"text": "She likes tea."})
    call(url, "PUT", f"/people/member_{suffix}/friend", other)
    call(url, "PUT", f"/people/other_{suffix}/friend", member)
    key = call(url, "POST", "/api-keys", member, {"name": "Schemathesis", "scopes": ["chat", "recall", "sessions"]})["secret"]
    print(member, admin, key)


if __name__ == "__main__":
    main(*sys.argv[1:])
