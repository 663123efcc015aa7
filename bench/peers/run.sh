#!/usr/bin/env bash
# Runs every peer on one and on two cores; appends one JSON line per result to the results file.
# usage: run.sh DATA RESULTS [PATTERN]      PATTERN limits the run to matching "env script mode" lines
# PEERS_WRAP is put before every measured command (for instance "nice -n -5").
set -uo pipefail
data=$(realpath "$1")
results=$(realpath "$2")
pattern=${3:-.}
seconds=${SECONDS_EACH:-5}
envs=${PEERS_ENV:-$HOME/.cache/headrace-peers}
records=${PEERS_RECORDS:-$envs/records}
cd "$(dirname "$0")" || exit 1
export PYTHONDONTWRITEBYTECODE=1

if [ ! -e "$records/half256.beton" ]; then
    "$envs/tf/bin/python" prepare.py --data "$data" --out "$records" --what tfrecord
    "$envs/misc/bin/python" prepare.py --data "$data" --out "$records" --what tar
    "$envs/ffcv/bin/python" prepare.py --data "$data" --out "$records" --what beton
fi

list() {
    cat <<LIST
headrace peer_headrace.py files-no-index
headrace peer_headrace.py files
headrace peer_headrace.py tfrecord-no-index
headrace peer_headrace.py tfrecord-indexed
torch peer_torch.py pillow
torch peer_torch.py io-v2
tf peer_tfdata.py files-roi
tf peer_tfdata.py tfrecord-roi
dali peer_dali.py files-roi
dali peer_dali.py tfrecord-roi
ffcv peer_ffcv.py original
spdl peer_spdl.py files-uint8
mlx peer_mlx.py files-uint8
misc peer_opencv.py imread-area
misc bare_decode.py pillow
misc bare_decode.py simplejpeg
misc bare_decode.py pyturbojpeg
misc bare_decode.py cv2
torch bare_decode.py torchvision
tf bare_decode.py tensorflow
spdl bare_decode.py spdl
tf peer_tfdata.py tfrecord-roi-recipe
mlx peer_mlx.py files-float
mlx peer_mlx.py files-float-transform
spdl peer_spdl.py files-float
ffcv peer_ffcv.py original-uint8
torch peer_torch.py io-v2-uint8
torch peer_torch.py pillow-uint8
torch peer_webdataset.py tar-io-v2
torch peer_webdataset.py tar-pillow
dali peer_dali.py files-full
dali peer_dali.py files-roi-fastidct
dali peer_dali.py webdataset-roi
ffcv peer_ffcv.py jpg
ffcv peer_ffcv.py raw256
ffcv peer_ffcv.py half256
tf peer_tfdata.py files-full
tf peer_tfdata.py files-roi-recipe
misc peer_opencv.py imread-linear
misc bare_decode.py simplejpeg-fast
misc bare_decode.py pyturbojpeg-fast
tf bare_decode.py tensorflow-fast
torch peer_torch.py pillow-inprocess
torch peer_torch.py io-v2-inprocess
LIST
}

list | grep -E -- "$pattern" | while read -r env script mode; do
    for threads in 1 2; do
        case $script$mode in *bare_decode*|*inprocess*) [ "$threads" = 1 ] || continue ;; esac
        cores=0
        [ "$threads" = 1 ] || cores=0-1
        python=$envs/$env/bin/python
        [ "$env" != headrace ] || python=python3 # needs no environment, only the program built
        echo "$script --mode $mode --threads $threads" >&2
        ${PEERS_WRAP:-} timeout 200 taskset -c "$cores" "$python" "$script" --data "$data" \
            --records "$records" --threads "$threads" --mode "$mode" --seconds "$seconds" \
            2>"${TMPDIR:-/tmp}/peers-stderr.txt" </dev/null >>"$results" ||
            { echo "failed: $script $mode" >&2; tail -n 5 "${TMPDIR:-/tmp}/peers-stderr.txt" >&2; }
    done
done
