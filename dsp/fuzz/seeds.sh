#!/bin/sh
# Makes the seeds of the target `decode` (needs sox and ffmpeg): 0.1 s of a chirp in every format, a few kilobytes each.
set -eu
cd "$(dirname "$0")/corpus/decode"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sox -D -n -r 16000 -b 16 -c 2 "$work/chirp.wav" synth 0.1 sine 200/6000 gain -6
sox -D -n -r 8000 -b 16 -c 1 "$work/tone.wav" synth 0.05 sine 500 gain -6
make() {
    source=$1 name=$2
    shift 2
    ffmpeg -v error -y -i "$work/$source.wav" -map_metadata -1 -metadata title=T -metadata artist=A \
        -fflags +bitexact -flags:a +bitexact "$@" "seed-$name"
}
for codec in pcm_u8 pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_alaw pcm_mulaw adpcm_ms adpcm_ima_wav; do
    make tone "$codec.wav" -c:a "$codec"
done
for codec in pcm_s8 pcm_s16be pcm_s24be pcm_f32be; do make tone "$codec.aiff" -c:a "$codec"; done
make chirp flac16.flac -c:a flac -sample_fmt s16
make tone flac24.flac -c:a flac -sample_fmt s32
make chirp cbr.mp3 -c:a libmp3lame -b:a 32k
make tone plain.mp3 -c:a libmp3lame -q:a 9 -write_xing 0 -id3v2_version 0
make chirp vorbis.ogg -c:a libvorbis -q:a 0
make tone flac.oga -c:a flac -f ogg
make chirp aac.m4a -c:a aac -b:a 32k
make tone fragmented.mp4 -c:a aac -b:a 16k -movflags frag_keyframe+empty_moov
make tone alac.m4a -c:a alac -sample_fmt s16p
make chirp aac.aac -c:a aac -b:a 32k -f adts
ls -l | awk '{ total += $5 } END { print NR - 1, "seeds,", total, "bytes" }'
