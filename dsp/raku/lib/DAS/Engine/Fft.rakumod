use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Samples;

#| A planned Fourier transform of real samples, and its inverse.
unit class DAS::Engine::Fft does DAS::Engine::Handle;

has Int $.length;

method new(Int $length --> DAS::Engine::Fft) {
    check-abi;
    my Pointer $handle .= new;
    check das_fft_new($length, $handle);
    self.bless(:$length).adopt($handle)
}

#| Bins 0 to N / 2.
method bins(--> Int) { $!length div 2 + 1 }

#| X[k] = sum of x[n] exp(-2 pi i k n / N), as complex numbers, unnormalized.
method forward($signal --> List) {
    my $from = samples($signal);
    my $room = room(2 * self.bins);
    check das_fft_forward(self.native, $from, $from.elems, $room, 2 * self.bins);
    complexes($room, self.bins)
}

#| Undoes `forward`.
method inverse(@spectrum --> List) {
    my $from = samples(@spectrum.map({ .Complex.re, .Complex.im }).flat.List);
    my $room = room($!length);
    check das_fft_inverse(self.native, $from, $from.elems, $room, $!length);
    numbers($room, $!length)
}

#| |X[k]|², unnormalized.
method power($signal --> List) {
    my $from = samples($signal);
    my $room = room(self.bins);
    check das_fft_power(self.native, $from, $from.elems, $room, self.bins);
    numbers($room, self.bins)
}

method release(Pointer $handle) { das_fft_free($handle) }
