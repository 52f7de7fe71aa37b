# The command as a container image: docker build --file Dockerfile dist. Alpine, because GitLab needs a shell in it.
FROM node:24-alpine
COPY . /usr/local/lib/assert-image
RUN chmod 755 /usr/local/lib/assert-image/index.js && \
    ln -s /usr/local/lib/assert-image/index.js /usr/local/bin/assert-image
USER node
ENTRYPOINT ["assert-image"]
