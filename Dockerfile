# One static binary, no shell, no root. The root file system can be read-only:
# everything that is written goes to /data (a volume), temporary files too.
FROM node:22-bookworm-slim AS front
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend ./
RUN node build.mjs

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=front /src/frontend/dist ./frontend/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /darasa ./backend/cmd/darasa \
 && mkdir -p /out/data/tmp && cp /darasa /out/darasa

FROM scratch
COPY --from=build --chown=65532:65532 /out/ /
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /zoneinfo.zip
ENV ZONEINFO=/zoneinfo.zip TMPDIR=/data/tmp DARASA_DATA=/data
USER 65532:65532
VOLUME /data
EXPOSE 8080 9090
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["/darasa", "health", "--addr", "127.0.0.1:8080"]
ENTRYPOINT ["/darasa"]
CMD ["serve", "--addr", "0.0.0.0:8080", "--metrics-addr", "0.0.0.0:9090"]
