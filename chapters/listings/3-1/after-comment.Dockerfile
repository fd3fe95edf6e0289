# A comment comes first, so the next line is one too
# syntax=docker/dockerfile:1
FROM scratch
COPY greeting.txt /
