use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;

#| Converts the rate of sound that comes in pieces.
unit class DAS::Engine::Resampler does DAS::Engine::Handle;

has Int $.channels;

#| Quality is the stop-band: `db80`, `db100`, `db120`, `db140`.
method new(Int :$from-hz!, Int :$to-hz!, Int :$channels = 1, :$quality = 'db120' --> DAS::Engine::Resampler) {
    check-abi;
    my Pointer $handle .= new;
    check das_resampler_new($from-hz, $to-hz, $channels, named(%QUALITIES, $quality), $handle);
    self.bless(:$channels).adopt($handle)
}

#| Takes interleaved samples; the converted ones that became complete.
method push($interleaved --> List) {
    my $samples = samples($interleaved);
    check das_resampler_push(self.native, $samples, frames($samples.elems, $!channels));
    self!rest
}

#| Ends the sound; the rest of it, up to the exact length.
method finish(--> List) {
    check das_resampler_finish(self.native);
    self!rest
}

method !rest(--> List) {
    my @all;
    my $room = room(4096 * $!channels);
    my size_t $frames = 0;
    repeat {
        check das_resampler_read(self.native, $room, 4096, $frames);
        @all.append(numbers($room, $frames * $!channels));
    } while $frames;
    @all.List
}

method release(Pointer $handle) { das_resampler_free($handle) }
