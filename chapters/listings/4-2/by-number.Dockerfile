FROM rust:1.95-slim-bookworm
RUN echo Hello > /greeting.txt

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=0 /greeting.txt /
