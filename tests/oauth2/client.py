"""Signs in as any OAuth 2.0 client would: with requests-oauthlib, which knows nothing of Talker."""

import os
import sys
import unittest
import uuid

# The library insists on TLS, which a server on this machine does not need.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from oauthlib.oauth2 import (
    BackendApplicationClient,
    InvalidGrantError,
    InvalidScopeError,
    LegacyApplicationClient,
    TokenExpiredError,
    UnsupportedGrantTypeError,
)
from requests_oauthlib import OAuth2Session

API = ""
PASSWORD = "a quiet harbour at dawn"


class SignsInWithAnyClient(unittest.TestCase):
    def setUp(self):
        self.name = f"aya-{uuid.uuid4().hex[:12]}"
        self.token_url = f"{API}/auth/token"
        person = {"username": self.name, "email": f"{self.name}@example.org", "password": PASSWORD, "birth_date": "2000-02-29"}
        answer = requests.post(f"{API}/auth/register", json=person, timeout=30)
        self.assertEqual(answer.status_code, 201, answer.text)

    def session(self, **options):
        session = OAuth2Session(client=LegacyApplicationClient(client_id="any", scope=options.pop("scope", None)), **options)
        self.addCleanup(session.close)
        return session

    def sign_in(self, session, password=PASSWORD, **options):
        return session.fetch_token(self.token_url, username=self.name, password=password, timeout=30, **options)

    def name_of(self, session):
        answer = session.get(f"{API}/users/me", timeout=30)
        answer.raise_for_status()
        return answer.json()["username"]

    def test_a_password_gets_a_token_that_opens_the_account(self):
        session = self.session()
        token = self.sign_in(session)
        self.assertEqual((token["token_type"], token["scope"]), ("bearer", ["talker"]))
        self.assertGreater(token["expires_at"], 0)
        self.assertEqual(self.name_of(session), self.name)

    def test_the_client_may_name_itself_in_the_header_or_in_the_form(self):
        for options in ({"client_secret": "any"}, {"include_client_id": True}, {"include_client_id": False}, {"auth": ("any", "secret")}):
            session = self.session(scope=["talker"])
            self.sign_in(session, **options)
            self.assertEqual(self.name_of(session), self.name, options)

    def test_a_refresh_token_gets_the_next_two(self):
        session = self.session()
        first = dict(self.sign_in(session))
        second = session.refresh_token(self.token_url, timeout=30)
        self.assertNotEqual((first["access_token"], first["refresh_token"]), (second["access_token"], second["refresh_token"]))
        self.assertEqual(self.name_of(session), self.name)

    def test_a_token_that_has_ended_is_refreshed_by_the_library_itself(self):
        session = self.session()
        ended = dict(self.sign_in(session), expires_in=-1, expires_at=1)
        kept = []
        session = self.session(token=ended, auto_refresh_url=self.token_url, token_updater=kept.append)
        self.assertEqual(self.name_of(session), self.name)
        self.assertEqual(len(kept), 1)
        self.assertNotEqual(kept[0]["refresh_token"], ended["refresh_token"])
        alone = self.session(token=ended)
        self.assertRaises(TokenExpiredError, alone.get, f"{API}/users/me")

    def test_a_wrong_password_is_the_librarys_own_error(self):
        with self.assertRaises(InvalidGrantError) as caught:
            self.sign_in(self.session(), password="a guess")
        self.assertTrue(caught.exception.description)

    def test_a_refresh_token_used_again_ends_the_device(self):
        session = self.session()
        stolen = self.sign_in(session)["refresh_token"]
        # The second says that the answer to the first arrived.
        session.refresh_token(self.token_url, timeout=30)
        session.refresh_token(self.token_url, timeout=30)
        thief = self.session()
        self.assertRaises(InvalidGrantError, thief.refresh_token, self.token_url, refresh_token=stolen, timeout=30)
        self.assertEqual(session.get(f"{API}/users/me", timeout=30).status_code, 401)
        self.assertRaises(InvalidGrantError, session.refresh_token, self.token_url, timeout=30)

    def test_what_is_not_offered_is_the_librarys_own_error(self):
        machine = OAuth2Session(client=BackendApplicationClient(client_id="any"))
        self.addCleanup(machine.close)
        self.assertRaises(UnsupportedGrantTypeError, machine.fetch_token, self.token_url, client_secret="any", timeout=30)
        self.assertRaises(InvalidScopeError, self.sign_in, self.session(scope=["admin"]))


if __name__ == "__main__":
    API = f"{sys.argv[1]}/api/v1"
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(SignsInWithAnyClient)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(0 if failed == 0 and result.testsRun > 0 else 1)
