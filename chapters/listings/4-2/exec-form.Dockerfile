FROM rust:1.95-slim-bookworm
ENTRYPOINT [ "echo", "entrypoint" ]
CMD [ "cmd" ]
