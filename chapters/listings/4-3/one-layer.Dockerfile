FROM rust:1.95-slim-bookworm
RUN dd if=/dev/zero of=/scratch bs=1M count=200 && \
    rm /scratch
