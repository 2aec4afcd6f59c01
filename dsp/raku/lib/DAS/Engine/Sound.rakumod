use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Text;

#| Sound in memory; it never changes.
unit class DAS::Engine::Sound does DAS::Engine::Handle;

has Int $.frames;
has Int $.sample-rate-hz;
has Int $.channels;

#| Interleaved samples (left, right, left, right), full scale ±1.
method new($interleaved, Int :$sample-rate-hz!, Int :$channels = 1 --> DAS::Engine::Sound) {
    check-abi;
    my $samples = samples($interleaved);
    my Pointer $handle .= new;
    check das_sound_new($sample-rate-hz, $channels, $samples, frames($samples.elems, $channels), $handle);
    self.wrap($handle)
}

#| A whole file. Limits are named as in DAS::Engine::Options.
method load(IO() $path, *%limits --> DAS::Engine::Sound) {
    check-abi;
    my Pointer $handle .= new;
    check das_sound_load($path.absolute, limits(%limits), $handle);
    self.wrap($handle)
}

#| What a call of the library has made.
method wrap(Pointer $handle --> DAS::Engine::Sound) {
    my $shape = das_sound_shape.new;
    check das_sound_get_shape($handle, $shape);
    self.bless(:frames($shape.frames), :sample-rate-hz($shape.sample_rate_hz), :channels($shape.channels))
        .adopt($handle)
}

#| Writes a WAV file (`pcm16`, `pcm24`, `float32`); the number of samples that integers could not hold.
method save(IO() $path, :$encoding = 'float32' --> Int) {
    my uint64 $limited = 0;
    check das_sound_save(self.native, $path.absolute, named(%ENCODINGS, $encoding), $limited);
    $limited
}

#| Samples of one channel.
method samples(Int $channel = 0, Int :$first = 0, Int :$frames = $!frames - $first --> List) {
    my $room = room($frames);
    check das_sound_read(self.native, $channel, $first, $room, $frames);
    numbers($room, $frames)
}

#| Length in seconds.
method duration-s(--> Num) { ($!frames / $!sample-rate-hz).Num }

#| The analysis of the server, as a hash; parameters are named as in DAS::Engine::Options.
method analyze(*%parameters) {
    document-of { das_analyze_sound(self.native, parameters(%parameters), $_) }
}

method release(Pointer $handle) { das_sound_free($handle) }
