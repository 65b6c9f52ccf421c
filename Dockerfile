# hgmlp on NVIDIA GPUs. Which versions go together, and from where that is known, stands in docs/gpu.md.
#
#   docker build --tag hgmlp .
#   docker run --rm --gpus all --volume "$PWD:/work" hgmlp doctor
#
# ENGINE=onnx holds ONNX Runtime with CUDA 12; ENGINE=tensorflow holds TensorFlow.js, whose TensorFlow needs CUDA 11:
#
#   docker build --build-arg ENGINE=tensorflow --tag hgmlp:tensorflow .
ARG ENGINE=onnx

FROM node:22-bookworm-slim AS node

# The package as npm would publish it.
FROM node AS package
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm pack --ignore-scripts && mv hgmlp-*.tgz /hgmlp.tgz

# The CUDA libraries of ONNX Runtime are no part of its package: its install script fetches them.
FROM node AS installed-onnx
COPY --from=package /hgmlp.tgz /
RUN npm install --prefix /opt/hgmlp --ignore-scripts --no-audit --no-fund /hgmlp.tgz \
  && ONNXRUNTIME_NODE_INSTALL=cuda12 node /opt/hgmlp/node_modules/onnxruntime-node/script/install.js

# Where no binary of TensorFlow.js is published for this version of Node, its install script compiles one.
FROM node AS installed-tensorflow
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates g++ make python3
COPY --from=package /hgmlp.tgz /
RUN ONNXRUNTIME_NODE_INSTALL=skip npm install --prefix /opt/hgmlp --no-audit --no-fund /hgmlp.tgz \
  @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-node-gpu@4.22.0

FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu22.04 AS base-onnx
FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04 AS base-tensorflow

FROM installed-${ENGINE} AS installed

FROM base-${ENGINE}
COPY --from=node /usr/local/bin/node /usr/local/bin/
COPY --from=installed /opt/hgmlp /opt/hgmlp
RUN ln -s /opt/hgmlp/node_modules/.bin/hgmlp /usr/local/bin/hgmlp \
  && useradd --uid 1000 --create-home hgmlp \
  && install --directory --owner=hgmlp /data /work
ENV HGMLP_DATA=/data
USER hgmlp
WORKDIR /work
ENTRYPOINT ["hgmlp"]
CMD ["--help"]
