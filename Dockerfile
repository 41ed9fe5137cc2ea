# syntax=docker/dockerfile:1
# Talker in an image: the web client, then the server that carries it, then a small Debian with the one binary.
# No model is inside: name a provider (OPENAI_API_BASE_URL, OPENAI_API_KEY_FILE, TALKER_CHAT_MODEL), or put GGUF files
# into the volume (`docker compose run --rm serve-a models pull NAME`).

FROM node:22.21-trixie-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
COPY clients/typescript ../clients/typescript
RUN --mount=type=cache,target=/root/.npm npm ci
COPY web ./
RUN npm run build

FROM rust:1.95.0-slim-trixie AS server
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential cmake clang libclang-dev \
    && rm -rf /var/lib/apt/lists/*
# The compiler of this image is the one rust-toolchain.toml names; the tools it also names are for those who write code.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY Cargo.toml Cargo.lock rust-toolchain.toml ./
COPY crates crates
COPY --from=web /src/web/dist web/dist
# The same choice of packages as scripts/lib.sh makes, so the same features.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --release --package server --package llm --bin talker \
    && install -D -m 0755 target/release/talker /out/talker \
    && strip /out/talker

FROM debian:13.2-slim
# Certificates for providers reached over TLS; the C++ library for models in the process.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 talker \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin talker \
    && install -d -m 0700 -o talker -g talker /data
COPY --from=server /out/talker /usr/local/bin/talker
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/talker/
ENV TALKER_ADDRESS=0.0.0.0:8080 \
    TALKER_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Replies that are being written may end: see TALKER_SHUTDOWN_SECONDS, and give the container longer than that.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["talker", "healthcheck"]
ENTRYPOINT ["talker"]
CMD ["serve"]
