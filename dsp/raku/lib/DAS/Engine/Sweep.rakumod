use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Sound;

#| An exponential sine sweep, to be played into a system and recorded behind it.
unit class DAS::Engine::Sweep;

has $!parameters;

submethod BUILD(:$!parameters) {}

#| :start-hz, :end-hz, :duration-s, :sample-rate-hz.
method new(*%parameters --> DAS::Engine::Sweep) {
    check-abi;
    self.bless(:parameters(sweep-parameters(%parameters)))
}

#| The sweep itself, one channel of amplitude 1.
method sound(--> DAS::Engine::Sound) {
    my Pointer $handle .= new;
    check das_sweep_new($!parameters, $handle);
    DAS::Engine::Sound.wrap($handle)
}

#| The impulse response of the system, as a hash: `sound`, and `origin`, the frame of time 0. Those of harmonics stand before.
method impulse-response(DAS::Engine::Sound $recorded, Int :$channel = 0 --> Hash) {
    my Pointer $handle .= new;
    my uint64 $origin = 0;
    check das_sweep_impulse_response($!parameters, $recorded.native, $channel, $handle, $origin);
    %( sound => DAS::Engine::Sound.wrap($handle), :$origin )
}

#| Seconds by which the response of a harmonic comes before the linear one.
method harmonic-lead-s(Int $harmonic --> Num) {
    my num64 $lead-s = 0e0;
    check das_sweep_get_harmonic_lead($!parameters, $harmonic, $lead-s);
    $lead-s
}
