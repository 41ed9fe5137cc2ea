"""Talks with characters as any program would that speaks with OpenAI: with OpenAI's own library, which knows nothing of Talker."""

import asyncio
import contextlib
import io
import os
import re
import sys
import unittest
import uuid
from pathlib import Path

import httpx2 as http
import openai
from openai import AsyncOpenAI, OpenAI

SERVER = ""
PASSWORD = "a quiet harbour at dawn"
DOCUMENT = Path(__file__).parents[2] / "docs" / "openai.md"
HELLO = [{"role": "user", "content": "Hello"}]


class Person:
    """Somebody with an account, by the interface of devices."""

    def __init__(self):
        self.name = f"aya-{uuid.uuid4().hex[:12]}"
        person = {"username": self.name, "email": f"{self.name}@example.org", "password": PASSWORD, "birth_date": "2000-02-29"}
        self.http = http.Client(base_url=f"{SERVER}/api/v1", timeout=30)
        self.http.post("/auth/register", json=person).raise_for_status()
        form = {"grant_type": "password", "username": self.name, "password": PASSWORD}
        answer = self.http.post("/auth/token", data=form)
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def post(self, path, body):
        answer = self.http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def key(self, **wanted):
        return self.post("/api-keys", {"name": "A test", **wanted})

    def character(self, name="Rin"):
        return self.post("/characters", {"name": name, "persona": "{{char}} keeps a lighthouse.", "visibility": "private"})["id"]


class TalksWithTheLibrary(unittest.TestCase):
    def setUp(self):
        self.person = Person()
        self.addCleanup(self.person.http.close)
        self.rin = self.person.character()
        self.key = self.person.key(scopes=["chat", "recall", "sessions"])
        self.client = self.client_of(self.key["secret"])

    def client_of(self, key, **options):
        client = OpenAI(base_url=f"{SERVER}/v1", api_key=key, max_retries=0, timeout=60, **options)
        self.addCleanup(client.close)
        return client

    def ask(self, client=None, **options):
        return (client or self.client).chat.completions.create(**{"model": self.rin, "messages": HELLO, **options})

    def test_characters_are_models(self):
        models = list(self.client.models.list())
        self.assertEqual(models[0].id, self.rin)
        self.assertEqual((models[0].object, models[0].owned_by[:4]), ("model", "usr_"))
        self.assertGreater(len(models), 1, "those who come along are among them")
        self.assertEqual(self.client.models.retrieve(self.rin).id, self.rin)
        self.assertEqual(self.client.models.retrieve("rin").id, self.rin)

    def test_a_character_answers(self):
        answer = self.ask(temperature=0.2, max_completion_tokens=40, seed=7, stop=["END"], user="x")
        [choice] = answer.choices
        self.assertEqual((choice.message.role, choice.finish_reason), ("assistant", "stop"))
        self.assertTrue(choice.message.content)
        self.assertEqual(answer.model, self.rin)
        self.assertEqual(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)
        self.assertGreater(answer.usage.completion_tokens, 0)

    def test_an_answer_streams(self):
        chunks = list(self.ask(stream=True, stream_options={"include_usage": True}))
        pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
        self.assertGreater(len([piece for piece in pieces if piece]), 3)
        self.assertEqual(chunks[-2].choices[0].finish_reason, "stop")
        self.assertEqual((chunks[-1].choices, chunks[0].usage), ([], None))
        self.assertGreater(chunks[-1].usage.total_tokens, 0)
        self.assertEqual("".join(pieces), self.ask().choices[0].message.content)

    def test_a_stream_can_be_left(self):
        with self.ask(stream=True) as stream:
            for chunk in stream:
                if chunk.choices[0].delta.content:
                    break
        self.ask()

    def test_many_ask_at_once(self):
        async def all_at_once():
            async with AsyncOpenAI(base_url=f"{SERVER}/v1", api_key=self.key["secret"], max_retries=0, timeout=60) as client:
                async def one():
                    stream = await client.chat.completions.create(model=self.rin, messages=HELLO, stream=True)
                    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
                return await asyncio.gather(*[one() for _ in range(4)])

        answers = asyncio.run(all_at_once())
        self.assertEqual(len(answers), 4)
        self.assertTrue(all(answers))

    def test_what_is_said_in_a_chat_stays_there(self):
        session = self.person.post("/sessions", {"character_id": self.rin})["id"]
        said = {"extra_body": {"session_id": session}, "extra_headers": {"Idempotency-Key": "one"}}
        first, again = self.ask(**said), self.ask(**said)
        self.assertEqual((first.id, first.choices[0].message.content), (again.id, again.choices[0].message.content))
        kept = self.person.http.get(f"/sessions/{session}/messages").json()["items"]
        self.assertEqual([message["content"] for message in kept], ["Hello", first.choices[0].message.content])

    def test_errors_are_the_librarys_own(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.ask(model="nobody")
        self.assertEqual((caught.exception.code, caught.exception.param), ("model_not_found", "model"))
        for wrong, param in (
            ({"n": 2}, "n"),
            ({"temperature": 5}, "temperature"),
            ({"messages": []}, "messages"),
            ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
            ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]}, "messages[0].content"),
        ):
            with self.assertRaises(openai.BadRequestError) as caught:
                self.ask(**wrong)
            self.assertEqual(caught.exception.param, param)
            self.assertEqual(caught.exception.type, "invalid_request_error")
        with self.assertRaises(openai.NotFoundError):
            self.client.embeddings.create(model=self.rin, input="x")
        with self.assertRaises(openai.PermissionDeniedError):
            session = self.person.post("/sessions", {"character_id": self.rin})["id"]
            self.ask(self.client_of(self.person.key()["secret"]), extra_body={"session_id": session})

    def test_a_key_is_good_until_it_is_revoked(self):
        with self.assertRaises(openai.AuthenticationError) as caught:
            self.ask(self.client_of("talker_of_nobody"))
        self.assertEqual(caught.exception.code, "invalid_api_key")
        self.ask()
        self.person.http.delete(f"/api-keys/{self.key['key']['id']}").raise_for_status()
        self.assertRaises(openai.AuthenticationError, self.ask)
        with self.assertRaises(openai.AuthenticationError):
            self.client.models.list()

    def test_a_key_for_one_character_talks_with_no_other(self):
        other = self.person.character("Sora")
        bound = self.client_of(self.person.key(characters=[other])["secret"])
        self.assertEqual([model.id for model in bound.models.list()], [other])
        self.assertRaises(openai.NotFoundError, self.ask, bound)
        self.ask(bound, model=other)

    def test_what_the_document_shows_works(self):
        snippets = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
        self.assertGreaterEqual(len(snippets), 2)
        session = self.person.post("/sessions", {"character_id": self.rin})["id"]
        os.environ |= {"OPENAI_BASE_URL": f"{SERVER}/v1", "OPENAI_API_KEY": self.key["secret"], "SESSION_ID": session}
        for snippet in snippets:
            shown = io.StringIO()
            with contextlib.redirect_stdout(shown):
                exec(compile(snippet, str(DOCUMENT), "exec"), {})  # noqa: S102 - our own document
            self.assertTrue(shown.getvalue().strip(), snippet)


if __name__ == "__main__":
    SERVER = sys.argv[1]
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(TalksWithTheLibrary)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(0 if failed == 0 and result.testsRun > 0 else 1)
