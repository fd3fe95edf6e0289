FROM gcr.io/distroless/static-debian12:nonroot
COPY docker-gs-ping /docker-gs-ping
EXPOSE 8080
USER nonroot:nonroot
ENTRYPOINT [ "/docker-gs-ping" ]
