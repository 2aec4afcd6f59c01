use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| Second-order sections in a row, for one channel that comes in pieces.
unit class DAS::Engine::Filter does DAS::Engine::Handle;

constant @FIELDS = <shape frequency-hz q gain-db>;

#| Sections are hashes of `shape` (named as in DAS::Engine::Options), `frequency-hz`, and where the shape has them `q` (for a
#| shelf the slope) and `gain-db`.
method new(**@sections, Num() :$sample-rate-hz! --> DAS::Engine::Filter) {
    check-abi;
    my $bytes = Buf.new;
    for @sections -> %section {
        with %section.keys.first({ $_ ne any(@FIELDS) }) { die "a section has no '$_'; it has { @FIELDS.join(', ') }" }
        my $at = $bytes.bytes;
        $bytes.write-num64($at, %section<frequency-hz>.Num, NativeEndian);
        $bytes.write-num64($at + 8, (%section<q> // sqrt(0.5)).Num, NativeEndian);
        $bytes.write-num64($at + 16, (%section<gain-db> // 0).Num, NativeEndian);
        $bytes.write-uint64($at + 24, 0, NativeEndian);
        $bytes.write-uint32($at + 24, named(%SHAPES, %section<shape>), NativeEndian);
    }
    my Pointer $handle .= new;
    check das_filter_new($bytes, @sections.elems, $sample-rate-hz, $handle);
    self.bless.adopt($handle)
}

#| The next samples of the stream, filtered.
method process($samples --> List) {
    my $given = samples($samples);
    my $count = $given.elems;
    # The library filters in place: what was given stays as it is.
    my $room = room($count);
    $room[$_] = $given[$_] for ^$count;
    check das_filter_process(self.native, $room, $count);
    numbers($room, $count)
}

#| Forgets the stream.
method reset() {
    check das_filter_reset(self.native);
    self
}

#| The response at a frequency, a complex number: its absolute value is the gain.
method response(Num() $frequency-hz --> Complex) {
    my num64 $re = 0e0;
    my num64 $im = 0e0;
    check das_filter_get_response(self.native, $frequency-hz, $re, $im);
    Complex.new($re, $im)
}

method release(Pointer $handle) { das_filter_free($handle) }
