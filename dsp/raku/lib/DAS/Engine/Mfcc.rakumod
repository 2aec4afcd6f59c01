use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Spectra;

#| Cepstral coefficients of power spectra, in decibels.
unit class DAS::Engine::Mfcc does DAS::Engine::Handle;

has Int $.bins;
has Int $.coefficients;

#| For the spectra of a sound, or for so many bins; options of the bands as of DAS::Engine::Bank.
proto method new(|) {*}
multi method new(DAS::Engine::Spectra $spectra, *%options --> DAS::Engine::Mfcc) {
    self.new($spectra.bins, $spectra.bin-width-hz, |%options)
}
multi method new(Int $bins, Num() $bin-width-hz, Int :$coefficients = 13, *%options --> DAS::Engine::Mfcc) {
    check-abi;
    my Pointer $handle .= new;
    check das_mfcc_new(bank-parameters($bins, $bin-width-hz, %options), $coefficients, $handle);
    self.bless(:$bins, :$coefficients).adopt($handle)
}

#| The coefficients of one spectrum.
method apply($power --> List) {
    my $given = samples($power);
    my $room = room($!coefficients);
    check das_mfcc_apply(self.native, $given, $given.elems, $room, $!coefficients);
    numbers($room, $!coefficients)
}

method release(Pointer $handle) { das_mfcc_free($handle) }
