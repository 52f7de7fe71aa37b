# The command as a container image: docker build --file Dockerfile dist. Alpine, because GitLab needs a shell in it.
# Nothing is run on the platform of the image, which may not be that of the builder.
FROM --platform=$BUILDPLATFORM node:24-alpine AS layout
COPY . /out/usr/local/lib/assert-image
RUN chmod 755 /out/usr/local/lib/assert-image/index.js && \
    mkdir -p /out/usr/local/bin && \
    ln -s /usr/local/lib/assert-image/index.js /out/usr/local/bin/assert-image

FROM node:24-alpine
COPY --from=layout /out/ /
USER node
ENTRYPOINT ["assert-image"]
