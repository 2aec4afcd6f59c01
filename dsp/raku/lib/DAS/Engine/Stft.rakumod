use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| Power spectra of one channel that comes in pieces, scaled as those of DAS::Engine::Spectra.
unit class DAS::Engine::Stft does DAS::Engine::Handle;

#| Cells in one spectrum.
has Int $.bins;

#| :window-length-frames, :hop-frames, :window.
method new(*%transform --> DAS::Engine::Stft) {
    check-abi;
    my $transform = transform(%transform);
    my Pointer $handle .= new;
    check das_stft_new($transform, $handle);
    self.bless(:bins($transform.window_length_frames div 2 + 1)).adopt($handle)
}

#| Takes samples; the spectra that became complete, each an array.
method push($samples --> List) {
    my $given = samples($samples);
    check das_stft_push(self.native, $given, $given.elems);
    self!rest
}

#| Ends the sound; the remaining spectra.
method finish(--> List) {
    check das_stft_finish(self.native);
    self!rest
}

method !rest(--> List) {
    my $room = room($!bins);
    my size_t $frames = 0;
    my @spectra;
    loop {
        check das_stft_read(self.native, $room, $!bins, 1, $frames);
        return @spectra.List unless $frames;
        @spectra.push(numbers($room, $!bins));
    }
}

method release(Pointer $handle) { das_stft_free($handle) }
