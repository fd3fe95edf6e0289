# Writes the files of the volume to an archive.
docker run --rm --volume roach:/data:ro rust:1.95-slim-bookworm \
    tar --create --directory /data . > target/chapter-6/roach.tar
