use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Sound;

#| What a system does to sound, from a recording of what went in and one of what came out; it never changes.
unit class DAS::Engine::Transfer does DAS::Engine::Handle;

#| Bins 0 to N / 2 of segments of N frames.
has Int $.bins;
has Int $.segment-frames;
#| Segments that were averaged.
has Int $.segments;
#| Frames by which the response lags behind the reference.
has Int $.lag-frames;
has Num $.bin-width-hz;

#| Compares a channel of each, by Welch's method. Parameters are named as in DAS::Engine::Options.
method new(
    DAS::Engine::Sound $reference, DAS::Engine::Sound $response,
    Int :$reference-channel = 0, Int :$response-channel = 0, *%parameters --> DAS::Engine::Transfer
) {
    check-abi;
    my Pointer $handle .= new;
    check das_transfer_new(
        $reference.native, $reference-channel, $response.native, $response-channel,
        transfer-parameters(%parameters), $handle
    );
    my $shape = das_transfer_shape.new;
    check das_transfer_get_shape($handle, $shape);
    self.bless(
        :bins($shape.bins), :segment-frames($shape.segment_frames), :segments($shape.segments),
        :lag-frames($shape.lag_frames), :bin-width-hz($shape.bin_width_hz)
    ).adopt($handle)
}

#| Sxy / Sxx, complex numbers; NaN where the reference has no energy.
method h1(--> List) { self!complex(&das_transfer_read_h1) }

#| Syy / Syx, in the same way.
method h2(--> List) { self!complex(&das_transfer_read_h2) }

method !complex(&read --> List) {
    my $room = double-room(2 * $!bins);
    check read(self.native, $room, 2 * $!bins);
    complexes($room, $!bins)
}

#| The share of the response that the reference explains, 0 to 1; NaN where there is no energy.
method coherence(--> List) {
    my $room = double-room($!bins);
    check das_transfer_read_coherence(self.native, $room, $!bins);
    numbers($room, $!bins)
}

#| The impulse response behind H1: time 0 first, the second half stands for negative times.
method impulse(--> List) {
    my $room = room($!segment-frames);
    check das_transfer_read_impulse(self.native, $room, $!segment-frames);
    numbers($room, $!segment-frames)
}

method release(Pointer $handle) { das_transfer_free($handle) }
