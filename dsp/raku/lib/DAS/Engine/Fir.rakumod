use NativeCall;
use DAS::Engine::Convolver;
use DAS::Engine::Error;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| A linear-phase filter.
unit class DAS::Engine::Fir;

has Num $.sample-rate-hz;
has @.taps;

#| Lets pass what is below `high-hz` (`low-pass`), above `low-hz` (`high-pass`), between (`band-pass`) or outside (`band-stop`).
method new(
    :$band!, Num() :$low-hz = 0e0, Num() :$high-hz = 0e0, Num() :$attenuation-db = 80e0, Num() :$transition-hz!,
    Num() :$sample-rate-hz! --> DAS::Engine::Fir
) {
    check-abi;
    my $parameters = das_fir_parameters.new(
        low_hz => $low-hz, high_hz => $high-hz, attenuation_db => $attenuation-db, transition_hz => $transition-hz,
        sample_rate_hz => $sample-rate-hz, band => named(%BANDS, $band)
    );
    my size_t $count = 0;
    check das_fir_design($parameters, double-room(1), 0, $count);
    my $room = double-room($count);
    check das_fir_design($parameters, $room, $count, $count);
    self.bless(:$sample-rate-hz, :taps(numbers($room, $count)))
}

#| Frames by which what comes out is late.
method delay-frames(--> Int) { @!taps.elems div 2 }

#| The response at a frequency, a complex number: its absolute value is the gain.
method response(Num() $frequency-hz --> Complex) {
    my num64 $re = 0e0;
    my num64 $im = 0e0;
    check das_fir_get_response(doubles(@!taps), @!taps.elems, $frequency-hz, $!sample-rate-hz, $re, $im);
    Complex.new($re, $im)
}

#| What runs it over a stream.
method convolver(--> DAS::Engine::Convolver) { DAS::Engine::Convolver.new(@!taps) }
