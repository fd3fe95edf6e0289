FORM rust:1.95-slim-bookworm
COPY greeting.txt
CMD ["cat", "greeting.txt"
