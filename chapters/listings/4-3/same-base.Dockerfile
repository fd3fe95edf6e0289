FROM rust:1.95-slim-bookworm AS build-stage
RUN echo "echo Hello" > /hello.sh

FROM rust:1.95-slim-bookworm
COPY --from=build-stage /hello.sh /hello.sh
CMD [ "sh", "/hello.sh" ]
