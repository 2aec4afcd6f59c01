use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| Complex spectra of one channel that comes in pieces: the sum of w[n] x[n] exp(-2 pi i k n / N), unnormalized.
unit class DAS::Engine::ComplexStft does DAS::Engine::Handle;

#| Bins of one spectrum.
has Int $.bins;

#| :window-length-frames (any number from 2 to 65536), :hop-frames, :window.
method new(*%transform --> DAS::Engine::ComplexStft) {
    check-abi;
    my $transform = transform(%transform);
    my Pointer $handle .= new;
    check das_complex_stft_new($transform, $handle);
    self.bless(:bins($transform.window_length_frames div 2 + 1)).adopt($handle)
}

#| Takes samples; the spectra that became complete, each a list of complex numbers.
method push($samples --> List) {
    my $given = samples($samples);
    check das_complex_stft_push(self.native, $given, $given.elems);
    self!rest
}

#| Ends the sound; the remaining spectra.
method finish(--> List) {
    check das_complex_stft_finish(self.native);
    self!rest
}

method !rest(--> List) {
    my $room = room(2 * $!bins);
    my size_t $frames = 0;
    my @spectra;
    loop {
        check das_complex_stft_read(self.native, $room, 2 * $!bins, 1, $frames);
        return @spectra.List unless $frames;
        @spectra.push(complexes($room, $!bins));
    }
}

method release(Pointer $handle) { das_complex_stft_free($handle) }
