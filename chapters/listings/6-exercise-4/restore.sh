# Fills the new volume from the archive.
docker run --rm --interactive --volume roach:/data rust:1.95-slim-bookworm \
    tar --extract --directory /data < target/chapter-6/roach.tar
