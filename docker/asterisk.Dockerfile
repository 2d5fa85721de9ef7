# Asterisk 22 with telekit's prompts, holding the modules of docker/asterisk/modules.conf and no other.
#
#   docker build -f docker/asterisk.Dockerfile -t telekit-asterisk .

# The first Debian release since 11 that packages Asterisk.
ARG BASE=docker.io/library/debian:forky-slim

FROM ${BASE} AS system
RUN apt-get -q update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qy upgrade \
 && apt-get -qy clean && rm -rf /var/lib/apt/lists/*

FROM system AS packages
RUN find /usr/lib -name '*.so*' | sort > /libraries-of-the-system \
 && apt-get -q update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends \
      asterisk asterisk-core-sounds-en-gsm asterisk-core-sounds-fr-gsm asterisk-moh-opsound-gsm openssl tini tzdata
COPY docker/asterisk/modules.conf /modules.conf
# Of 300 MB a sixth: the programs, the named modules, the libraries these load, the sounds.
RUN set -eu; \
    mkdir -p /kept/usr/bin /kept/usr/sbin /kept/usr/lib/asterisk/modules /kept/usr/share/asterisk/sounds /kept/etc/ssl; \
    cp /usr/bin/openssl /usr/bin/tini /kept/usr/bin; \
    cp /usr/sbin/asterisk /kept/usr/sbin; \
    cp /etc/ssl/openssl.cnf /kept/etc/ssl; \
    for module in $(sed -n 's/^load *= *//p' /modules.conf); do \
      cp /usr/lib/*/asterisk/modules/"$module" /kept/usr/lib/asterisk/modules; \
    done; \
    ldd /kept/usr/bin/* /kept/usr/sbin/* /kept/usr/lib/asterisk/modules/*.so > /loaded; \
    ! grep 'not found' /loaded; \
    # SRTP's ciphers come from NSS, which opens these by name.
    for library in libsoftokn3 libfreebl3 libfreeblpriv3; do echo " => $(ls /usr/lib/*/$library.so) ()" >> /loaded; done; \
    sed -n 's|.* => \(/usr\)\{0,1\}\(/lib/.*\) (.*|/usr\2|p' /loaded | sort -u \
      | comm -23 - /libraries-of-the-system \
      | while read -r library; do mkdir -p "/kept${library%/*}"; cp -L "$library" "/kept$library"; done; \
    cd /usr/share/asterisk; \
    cp -r documentation moh /kept/usr/share/asterisk; \
    cp -rL sounds/en_US_f_Allison /kept/usr/share/asterisk/sounds/en; \
    cp -rL sounds/fr_CA_f_June /kept/usr/share/asterisk/sounds/fr; \
    cp -r /usr/share/zoneinfo /kept/usr/share

FROM system
# The same user as in telekit's image: the two share files through volumes, readable for their owner alone.
RUN groupadd --gid 5060 asterisk \
 && useradd --uid 5060 --gid 5060 --home-dir /var/lib/asterisk --no-create-home --shell /usr/sbin/nologin asterisk \
 && install -d -o asterisk -g asterisk -m 0750 /var/lib/asterisk /var/spool/asterisk \
 && install -d -m 1777 /run/asterisk
COPY --from=packages /kept /
COPY dialplans/asterisk/sounds/en/telekit /usr/share/asterisk/sounds/en/telekit
COPY dialplans/asterisk/sounds/fr/telekit /usr/share/asterisk/sounds/fr/telekit
COPY docker/asterisk/ /etc/asterisk/
COPY docker/start-asterisk /usr/local/bin/start-asterisk

USER asterisk
# SIP by UDP, SIP by TLS; sound comes by the UDP ports of rtp.conf.
EXPOSE 5060/udp 5061/tcp
# SIGTERM ends it, SIGHUP reads its configuration again.
ENTRYPOINT ["tini", "--", "start-asterisk"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["asterisk", "-rx", "core waitfullybooted"]
