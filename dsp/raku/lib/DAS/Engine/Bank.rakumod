use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Spectra;

#| Triangular bands of power spectra; it never changes.
unit class DAS::Engine::Bank does DAS::Engine::Handle;

has Int $.bins;
has Int $.bands;

#| For the spectra of a sound, or for so many bins. Options are named as in DAS::Engine::Options: :bands, :scale (`mel-slaney`,
#| `mel-htk`, `bark`, `erb`, `octave`), :norm (`area`, `peak`), :min-hz, :max-hz.
proto method new(|) {*}
multi method new(DAS::Engine::Spectra $spectra, *%options --> DAS::Engine::Bank) {
    self.new($spectra.bins, $spectra.bin-width-hz, |%options)
}
multi method new(Int $bins, Num() $bin-width-hz, *%options --> DAS::Engine::Bank) {
    check-abi;
    my $parameters = bank-parameters($bins, $bin-width-hz, %options);
    my Pointer $handle .= new;
    check das_bank_new($parameters, $handle);
    self.bless(:$bins, :bands($parameters.bands)).adopt($handle)
}

#| The frequency at which each band is highest.
method centers-hz(--> List) {
    my $room = double-room($!bands);
    check das_bank_read_centers(self.native, $room, $!bands);
    numbers($room, $!bands)
}

#| One value per band of one spectrum.
method apply($power --> List) {
    my $given = samples($power);
    my $room = room($!bands);
    check das_bank_apply(self.native, $given, $given.elems, $room, $!bands);
    numbers($room, $!bands)
}

method release(Pointer $handle) { das_bank_free($handle) }
