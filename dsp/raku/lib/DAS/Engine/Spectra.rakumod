use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Samples;

#| Power spectra in the order of time; they never change. A sine of amplitude 1 on a cell has power 1.
unit class DAS::Engine::Spectra does DAS::Engine::Handle does Positional;

has Int $.frames;
has Int $.bins;
has Num $.bin-width-hz;
has Num $.hop-s;
has Int $.sample-rate-hz;

#| What a call of the library has made.
method wrap(Pointer $handle --> DAS::Engine::Spectra) {
    my $shape = das_spectra_shape.new;
    check das_spectra_get_shape($handle, $shape);
    self.bless(
        :frames($shape.frames), :bins($shape.bins), :bin-width-hz($shape.bin_width_hz), :hop-s($shape.hop_s),
        :sample-rate-hz($shape.sample_rate_hz)
    ).adopt($handle)
}

#| The powers of one frame.
method frame(Int $frame --> List) {
    my $room = room($!bins);
    check das_spectra_read(self.native, $frame, $room, $!bins);
    numbers($room, $!bins)
}

method elems(--> Int) { $!frames }
method AT-POS(Int $frame) { self.frame($frame) }
method EXISTS-POS(Int $frame --> Bool) { 0 <= $frame < $!frames }

method release(Pointer $handle) { das_spectra_free($handle) }
