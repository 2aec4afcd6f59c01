use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Samples;
use DAS::Engine::Spectra;

#| The twelve pitch classes of power spectra; it never changes.
unit class DAS::Engine::Chroma does DAS::Engine::Handle;

#| For the spectra of a sound, or for so many bins; the A of the music is so much higher than 440 Hz.
proto method new(|) {*}
multi method new(DAS::Engine::Spectra $spectra, Num() :$tuning-cents = 0e0 --> DAS::Engine::Chroma) {
    self.new($spectra.bins, $spectra.bin-width-hz, :$tuning-cents)
}
multi method new(Int $bins, Num() $bin-width-hz, Num() :$tuning-cents = 0e0 --> DAS::Engine::Chroma) {
    check-abi;
    my Pointer $handle .= new;
    check das_chroma_new($bins, $bin-width-hz, $tuning-cents, $handle);
    self.bless.adopt($handle)
}

#| The power of every pitch class of one spectrum, from C to B.
method apply($power --> List) {
    my $given = samples($power);
    my $room = room(12);
    check das_chroma_apply(self.native, $given, $given.elems, $room, 12);
    numbers($room, 12)
}

method release(Pointer $handle) { das_chroma_free($handle) }
