FROM gcr.io/distroless/static-debian12:nonroot
COPY docker-gs-ping /docker-gs-ping
EXPOSE 8080
USER 65532:65532
ENTRYPOINT [ "/docker-gs-ping" ]
