# telekit, as the command it is.
#
#   docker build -f docker/telekit.Dockerfile -t telekit .
#
# Behind a proxy that has a certificate authority of its own, or with a package index of one's own, add
#   --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt   --secret id=pip.conf,src=/etc/pip.conf
# Neither gets into the image.

# Debian's stable release, whose Python (3.13) is one that telekit is tested with.
ARG BASE=docker.io/library/debian:trixie-slim

FROM ${BASE} AS system
RUN apt-get -q update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qy upgrade \
 && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends python3 tini \
 && apt-get -qy clean && rm -rf /var/lib/apt/lists/*

FROM system AS needs
RUN apt-get -q update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends \
      ca-certificates python3-pip python3-setuptools python3-venv
# Optional parts of telekit: a faster event loop, and existing scripts written for pyst2.
ARG EXTRAS="fast pyst2"
WORKDIR /src
COPY pyproject.toml ./
RUN --mount=type=secret,id=ca,target=/run/secrets/ca --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    python3 -m venv --without-pip /opt/telekit \
 && python3 -c 'import sys, tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
      extras = [project["optional-dependencies"][name] for name in sys.argv[1:]]; \
      print(*project["dependencies"], *sum(extras, []), sep="\n")' $EXTRAS > requirements.txt \
 && python3 -m pip --python /opt/telekit/bin/python install -q --no-cache-dir -r requirements.txt

FROM needs AS telekit
COPY LICENSE README.md ./
COPY telekit telekit
COPY dialplans dialplans
RUN python3 -m pip wheel -q --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python3 -m pip --python /opt/telekit/bin/python install -q --no-index --no-deps --root /installed /wheels/*.whl

FROM system
# The same user as in the image of Asterisk: the two share files through volumes, readable for their owner alone.
RUN groupadd --gid 5060 telekit \
 && useradd --uid 5060 --gid 5060 --home-dir /var/lib/telekit --no-create-home --shell /usr/sbin/nologin telekit \
 && install -d -o telekit -g telekit -m 0750 /var/lib/telekit /etc/asterisk/telekit /run/telekit
# What telekit needs is a layer of its own: it changes less often than telekit, which is 2 MB.
COPY --from=needs /opt/telekit /opt/telekit
COPY --from=telekit /installed /
COPY docker/render-asterisk /usr/local/bin/render-asterisk
ENV PATH=/opt/telekit/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TELEKIT_SETTINGS=/etc/telekit/telekit.yaml

USER telekit
WORKDIR /var/lib/telekit
# SIGTERM ends it decently, SIGHUP reads the rules again.
ENTRYPOINT ["tini", "--", "telekit"]
CMD ["serve"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["telekit", "status"]
