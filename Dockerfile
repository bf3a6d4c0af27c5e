# One image for `banchinh serve --no-worker` and `banchinh worker`.
FROM debian:12-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends \
        python3 python3-venv tesseract-ocr tesseract-ocr-osd \
        fonts-liberation2 bubblewrap ca-certificates libpoppler-glib8 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /srv/banchinh banchinh
WORKDIR /opt/banchinh
COPY setup.sh pyproject.toml uv.lock README.md LICENSE ./
COPY app app
COPY ocr ocr
COPY signing signing
COPY storage storage
RUN ./setup.sh run && rm -rf .tools /root/.cache
USER banchinh
ENV PATH=/opt/banchinh/.venv/bin:$PATH \
    BANCHINH_DATA=/srv/banchinh \
    BANCHINH_HOST=0.0.0.0
VOLUME /srv/banchinh
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["banchinh", "doctor", "--alive"]
CMD ["banchinh", "serve"]
