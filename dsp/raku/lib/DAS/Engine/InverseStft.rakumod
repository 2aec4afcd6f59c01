use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| Adds complex spectra, as DAS::Engine::ComplexStft makes them, up to sound.
unit class DAS::Engine::InverseStft does DAS::Engine::Handle;

has Int $.bins;

#| Options of the transform, and how frames are added up: `least-squares` or `overlap-add`. What cannot be undone throws.
method new(:$synthesis = 'least-squares', *%transform --> DAS::Engine::InverseStft) {
    check-abi;
    my $transform = transform(%transform);
    my Pointer $handle .= new;
    check das_inverse_stft_new($transform, named(%SYNTHESES, $synthesis), $handle);
    self.bless(:bins($transform.window_length_frames div 2 + 1)).adopt($handle)
}

#| Takes spectra; the samples that no later one can change.
method push(@spectra --> List) {
    for @spectra -> @spectrum {
        @spectrum.elems == $!bins or die "a spectrum has $!bins bins, not { @spectrum.elems }";
    }
    my $values = samples(@spectra.map({ .map({ |(.Complex.re, .Complex.im) }).Slip }).List);
    check das_inverse_stft_push(self.native, $values, @spectra.elems);
    self!rest
}

#| Ends the sound after so many samples in all; the rest of them.
method finish(Int $samples --> List) {
    check das_inverse_stft_finish(self.native, $samples);
    self!rest
}

method !rest(--> List) {
    my @all;
    my $room = room(4096);
    my size_t $count = 0;
    repeat {
        check das_inverse_stft_read(self.native, $room, 4096, $count);
        @all.append(numbers($room, $count));
    } while $count;
    @all.List
}

method release(Pointer $handle) { das_inverse_stft_free($handle) }
