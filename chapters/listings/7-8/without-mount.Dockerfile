# syntax=docker/dockerfile:1

##
## Build
##
FROM rust:1.95-slim-bookworm AS build-stage

WORKDIR /app

COPY .cargo/config.toml .cargo/
COPY server/Cargo.toml Cargo.lock ./
RUN cargo fetch

COPY server/src ./src

# The other one is docker-gs-ping-roach
ARG PROGRAM=docker-gs-ping

# A static program needs no C library in the image that it runs in.
RUN cargo rustc --release --offline --no-default-features --features "$PROGRAM" \
        --bin "$PROGRAM" -- --codegen target-feature=+crt-static && \
    cp "target/release/$PROGRAM" /docker-gs-ping

##
## Deploy
##
FROM gcr.io/distroless/static-debian12:nonroot AS build-release-stage

WORKDIR /

COPY --from=build-stage /docker-gs-ping /docker-gs-ping

EXPOSE 8080

USER 65532:65532

ENTRYPOINT ["/docker-gs-ping"]
