use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Text;

#| Reads a file block by block.
unit class DAS::Engine::Decoder does DAS::Engine::Handle;

#| Frames that the header promises, 0 where it does not say.
has Int $.frames;
has Int $.sample-rate-hz;
has Int $.channels;
#| 0 where the codec does not state them.
has Int $.bits-per-sample;

#| Opens a file, or the bytes of one. Limits are named as in DAS::Engine::Options.
proto method open(|) {*}
multi method open(Blob:D $bytes, *%limits --> DAS::Engine::Decoder) {
    check-abi;
    my Pointer $handle .= new;
    check das_decoder_open_memory($bytes, $bytes.bytes, limits(%limits), $handle);
    self!wrap($handle)
}
multi method open(IO() $path, *%limits --> DAS::Engine::Decoder) {
    check-abi;
    my Pointer $handle .= new;
    check das_decoder_open($path.absolute, limits(%limits), $handle);
    self!wrap($handle)
}

method !wrap(Pointer $handle) {
    my $info = das_stream_info.new;
    check das_decoder_get_info($handle, $info);
    self.bless(
        :frames($info.frames), :sample-rate-hz($info.sample_rate_hz), :channels($info.channels),
        :bits-per-sample($info.bits_per_sample)
    ).adopt($handle)
}

#| Everything the header says: container, codec, tags.
method describe() { document-of { das_decoder_describe(self.native, $_) } }

#| Up to so many frames of interleaved samples; none at the end of a whole file. A damaged file throws.
method read(Int $capacity = 16384 --> List) {
    my $room = room($capacity * $!channels);
    my size_t $frames = 0;
    check das_decoder_read(self.native, $room, $capacity, $frames);
    numbers($room, $frames * $!channels)
}

#| All blocks, lazily.
method blocks(Int $capacity = 16384 --> Seq) {
    gather loop {
        my @block := self.read($capacity);
        last unless @block;
        take @block;
    }
}

method release(Pointer $handle) { das_decoder_free($handle) }
