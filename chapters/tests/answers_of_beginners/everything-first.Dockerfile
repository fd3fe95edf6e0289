# Everything is copied before anything is downloaded, and the download says nothing:
# https://github.com/rust-lang/docker-rust/issues/40
FROM rust:1.95-slim-bookworm
WORKDIR /app
COPY . .
RUN cd server && cargo build --quiet --release --no-default-features --bin docker-gs-ping && \
    mv target/release/docker-gs-ping /docker-gs-ping
EXPOSE 8080
CMD ["/docker-gs-ping"]
