"""What is deployed with, held against the server itself: names of settings, images, secrets, networks, bounds."""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ["TALKER_BIN"]).resolve()
COMPOSE = ["compose.yml", "docker-compose.dev.yml"]
TEXTS = [*COMPOSE, "Dockerfile", "deploy/Caddyfile", "deploy/nginx.conf", "deploy/make-secrets", "docs/deploy.md"]
# The largest request: an image, and the form around it.
UPLOAD = 8 * 2**20 + 64 * 2**10


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def compose(path="compose.yml"):
    return yaml.safe_load(text(path))


def talkers():
    """The services that run Talker."""
    return {name: it for name, it in compose()["services"].items() if it["image"].startswith("talker:")}


def talker(*arguments, **environment):
    """Runs the binary with this environment and no other settings, away from any `.env`."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"TALKER_DATA_DIR": folder, "PATH": os.environ["PATH"], **environment}
        return subprocess.run(
            [BINARY, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )


def version(program, argument):
    """The version of a program of this machine; (0,) where there is none."""
    if not shutil.which(program):
        return (0,)
    said = subprocess.run([program, argument], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said.stdout + said.stderr)
    return tuple(map(int, found.groups())) if found else (0,)


def every_setting_that_is_named_exists():
    known = set(re.findall(r"^# ([A-Z0-9_]+)=", text(".env.example"), re.M))
    named = r"\b(?:TALKER_[A-Z0-9_]*[A-Z0-9]|OTEL_[A-Z_]+|OPENAI_[A-Z_]+|SECRET_KEY|DATABASE_URL|MONGODB_URL|REDIS_URL)(?:_FILE)?\b"
    for path in TEXTS:
        for name in re.findall(named, text(path)):
            if not name.startswith("TALKER_TEST_"):
                assert name.removesuffix("_FILE") in known, f"{path} names {name}, which is no setting"


def every_image_is_pinned():
    images = [(path, it["image"]) for path in COMPOSE for it in compose(path)["services"].values()]
    images += [("Dockerfile", image) for image in re.findall(r"^FROM (\S+)", text("Dockerfile"), re.M)]
    assert len(images) >= 12
    for path, image in images:
        tag = image.rpartition("/")[2].partition(":")[2]
        assert re.search(r"\d", tag) and "latest" not in tag, f"{image} in {path} names no version"
    version = tomllib.loads(text("Cargo.toml"))["workspace"]["package"]["version"]
    assert all(it["image"] == f"talker:{version}" for it in talkers().values()), "the image has the version of the server"


def no_secret_stands_anywhere():
    for path in TEXTS:
        found = re.search(r"://[^\s/:@]*:[^\s/@$…]+@|\bsk-[A-Za-z0-9]{8}|PRIVATE KEY|^requirepass \S", text(path), re.M)
        assert not found, f"{path} shows {found.group(0)}"
    for path in COMPOSE:
        for service, it in compose(path)["services"].items():
            for name, value in it.get("environment", {}).items():
                secret = re.search(r"PASSWORD|SECRET|KEY|TOKEN|(DATABASE|MONGODB|REDIS)_URL", name)
                if secret:
                    assert name.endswith("_FILE") and value.startswith("/run/secrets/"), f"{service} in {path}: {name}"


def what_services_name_is_declared():
    for path in COMPOSE:
        whole = compose(path)
        for service, it in whole["services"].items():
            for kind in ("networks", "secrets"):
                missing = set(it.get(kind, [])) - set(whole.get(kind) or {})
                assert not missing, f"{service} in {path} names the {kind} {missing}"
            volumes = {volume.partition(":")[0] for volume in it.get("volumes", [])}
            for volume in volumes:
                there = (ROOT / volume).exists() if volume.startswith(".") else volume in whole["volumes"]
                assert there, f"{service} in {path} names the volume {volume}"
            for before in it.get("depends_on", {}):
                assert before in whole["services"], f"{service} in {path} waits for {before}"
            files = {value.rpartition("/")[2] for name, value in it.get("environment", {}).items() if name.endswith("_FILE")}
            assert files <= set(it.get("secrets", [])), f"{service} in {path} reads secrets it does not have"
        unused = set(whole.get("secrets") or {}) - {name for it in whole["services"].values() for name in it.get("secrets", [])}
        assert not unused, f"nobody reads {unused} in {path}"


def every_service_is_watched_and_may_end_in_peace():
    for path in COMPOSE:
        for service, it in compose(path)["services"].items():
            own = it["image"].startswith("talker:") and "HEALTHCHECK" in text("Dockerfile")
            assert own or it.get("healthcheck"), f"{service} in {path} is not watched"
    for service, it in talkers().items():
        shutdown = int(it["environment"]["TALKER_SHUTDOWN_SECONDS"])
        assert int(it["stop_grace_period"].removesuffix("s")) >= shutdown + 15, f"{service} is killed in mid-reply"


def the_server_takes_the_configuration_of_each_service():
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [ROOT / "deploy/make-secrets", folder],
            env={**os.environ, "OPENAI_API_KEY": "a-key-of-a-test"}, capture_output=True, text=True, timeout=60, check=True,
        )
        files = {path.name: path.read_text().strip() for path in Path(folder).iterdir()}
        assert set(files) == set(compose()["secrets"]), "the secrets that are made are those that are read"
        assert not any(secret in made.stdout + made.stderr for secret in files.values()), "they are not printed"
        subprocess.run([ROOT / "deploy/make-secrets", folder], capture_output=True, timeout=60, check=True)
        again = {path.name: path.read_text().strip() for path in Path(folder).iterdir()}
        assert files == again, "what is there stays"
        for service, it in talkers().items():
            environment = {}
            for name, value in it["environment"].items():
                value = re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value)
                value = re.sub(r"\$\{[A-Z_]+:\?[^}]*\}", "openai/a-model", value)
                environment[name] = value.replace("/run/secrets", folder)
            shown = talker("config", **environment)
            said = shown.stdout + shown.stderr
            assert shown.returncode == 0, f"{service}: {said}"
            assert "is not a setting" not in said, f"{service}: {said}"
            for name in ("secret_key", "openai_api_key", "postgres_password", "mongo_password"):
                assert files[name] not in said, f"{service}: {name} is shown"


def the_balancers_fit_the_servers():
    services, front = talkers(), compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    port = re.search(r"TALKER_ADDRESS=\S+:(\d+)", text("Dockerfile")).group(1)
    (upstreams,) = re.findall(r"reverse_proxy ([^{]+) \{", text("deploy/Caddyfile"))
    serving = {f"{name}:{port}" for name, it in services.items() if "front" in it["networks"] and "command" not in it}
    assert set(upstreams.split()) == serving and len(serving) == 2, "Caddy asks all servers and nobody else"
    for name, it in services.items():
        assert ipaddress.ip_network(it["environment"]["TALKER_TRUSTED_PROXIES"]) == ipaddress.ip_network(front), name
    caddy = set(compose()["services"]["caddy"]["networks"])
    assert all(caddy & set(it["networks"]) <= {"front"} for it in services.values()), "Caddy is known by one address"
    assert int(re.search(r"max_size (\d+)MB", text("deploy/Caddyfile")).group(1)) * 10**6 >= UPLOAD
    nginx = text("deploy/nginx.conf")
    assert int(re.search(r"client_max_body_size (\d+)m", nginx).group(1)) * 2**20 >= UPLOAD
    for line in ("proxy_http_version 1.1", "Upgrade $http_upgrade", "X-Forwarded-For $proxy_add_x_forwarded_for"):
        assert line in nginx, f"nginx.conf lacks {line}"
    assert nginx.count("{") == nginx.count("}") and text("deploy/Caddyfile").count("{") == text("deploy/Caddyfile").count("}")


def the_image_is_small_and_runs_as_nobody_special():
    dockerfile = text("Dockerfile")
    last = dockerfile[dockerfile.rindex("\nFROM ") :]
    uid = int(re.search(r"^USER (\d+):\d+$", last, re.M).group(1))
    assert uid >= 10_000 and "-slim" in last.splitlines()[1] and "HEALTHCHECK" in last and "gguf" not in last.lower()
    ignored = text(".dockerignore").splitlines()
    assert "*" in ignored, "only what is named goes to the builder"
    sent = {line[1:] for line in ignored if line.startswith("!")}
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M) for name in line.split()}
    assert {name.partition("/")[0] for name in copied} <= sent, "what is copied is sent to the builder"
    assert not sent & {"data", "target", ".env", ".git", "deploy"}
    toolchain = tomllib.loads(text("rust-toolchain.toml"))["toolchain"]["channel"]
    assert f"FROM rust:{toolchain}-" in dockerfile and f"RUSTUP_TOOLCHAIN={toolchain}" in dockerfile


def links_of_the_page_lead_somewhere():
    for path in ("docs/deploy.md", "README.md"):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text(path)):
            assert ((ROOT / path).parent / link).exists(), f"{path} links to {link}"
    assert "docs/deploy.md" in text("README.md")


def the_healthcheck_tells_life_from_death():
    address = os.environ["TALKER_URL"].removeprefix("http://").rstrip("/")
    alive = talker("healthcheck", TALKER_ADDRESS=address)
    assert alive.returncode == 0, alive.stderr
    dead = talker("healthcheck", TALKER_ADDRESS="127.0.0.1:1")
    assert dead.returncode == 1 and "does not answer" in dead.stderr, dead.stderr
    unasked = talker("healthcheck", "--worker")
    assert unasked.returncode == 1 and "TALKER_WORKER_ADDRESS" in unasked.stderr, unasked.stderr


def a_worker_needs_a_database_that_is_shared():
    refused = talker("worker", TALKER_CHAT_MODEL="scripted")
    assert refused.returncode == 1 and "Set DATABASE_URL" in refused.stderr, refused.stderr


def docker_reads_the_compose_files():
    there = ["docker", "compose", "version"]
    if not shutil.which("docker") or subprocess.run(there, capture_output=True, check=False).returncode != 0:
        print("SKIPPED: docker_reads_the_compose_files - there is no docker with compose")
        return
    for path in COMPOSE:
        environment = {**os.environ, "TALKER_CHAT_MODEL": "openai/a-model"}
        subprocess.run(["docker", "compose", "--file", ROOT / path, "config", "--quiet"], env=environment, check=True)


def caddy_reads_the_caddyfile():
    if version("caddy", "version") < (2, 8):
        print("SKIPPED: caddy_reads_the_caddyfile - there is no caddy 2.8 or newer")
        return
    subprocess.run(["caddy", "validate", "--adapter", "caddyfile", "--config", ROOT / "deploy/Caddyfile"], check=True)


def nginx_reads_its_configuration():
    if version("nginx", "-v") < (1, 25, 1) or not shutil.which("openssl"):
        print("SKIPPED: nginx_reads_its_configuration - there is no nginx 1.25.1 or newer, or no openssl")
        return
    with tempfile.TemporaryDirectory() as folder:
        make = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=talker -days 1 -keyout privkey.pem -out fullchain.pem"
        subprocess.run(make.split(), cwd=folder, capture_output=True, check=True)
        site = text("deploy/nginx.conf").replace("/etc/letsencrypt/live/talker.example.org", folder)
        site = site.replace("/var/log/nginx", folder)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {folder};\n" for kind in kinds)
        http = f"access_log off;\n{temporary}{site}"
        whole = f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{http}\n}}\n"
        (Path(folder) / "nginx.conf").write_text(whole, encoding="utf-8")
        subprocess.run(["nginx", "-t", "-p", folder, "-c", f"{folder}/nginx.conf"], check=True)


CHECKS = [
    every_setting_that_is_named_exists,
    every_image_is_pinned,
    no_secret_stands_anywhere,
    what_services_name_is_declared,
    every_service_is_watched_and_may_end_in_peace,
    the_server_takes_the_configuration_of_each_service,
    the_balancers_fit_the_servers,
    the_image_is_small_and_runs_as_nobody_special,
    links_of_the_page_lead_somewhere,
    the_healthcheck_tells_life_from_death,
    a_worker_needs_a_database_that_is_shared,
    docker_reads_the_compose_files,
    caddy_reads_the_caddyfile,
    nginx_reads_its_configuration,
]


def main():
    failed = 0
    for check in CHECKS:
        try:
            check()
        except (AssertionError, KeyError, OSError, ValueError, AttributeError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"FAILED: {check.__name__}: {error!r}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
