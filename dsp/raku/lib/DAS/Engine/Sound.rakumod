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

#| The same sound at a level, as a hash: `sound`, `gain-db`, and `short-db` for how far the ceiling keeps it below. `to` is
#| `peak-dbfs`, `true-peak-dbtp`, `rms-dbfs` or `loudness-lufs`, a ceiling `ceiling-dbfs` or `ceiling-dbtp`.
method normalize(Num() $level, :$to = 'loudness-lufs', Num() :$ceiling-dbfs, Num() :$ceiling-dbtp --> Hash) {
    my ($kind, $ceiling) = do with $ceiling-dbtp { 'true-peak-dbtp', $_ }
        orwith $ceiling-dbfs { 'peak-dbfs', $_ }
        else { 'none', 0e0 };
    my Pointer $handle .= new;
    my $gain = das_gain.new;
    check das_normalize(
        self.native, named(%TARGETS, $to), $level, named(%CEILINGS, $kind), $ceiling, $handle, $gain
    );
    %( sound => DAS::Engine::Sound.wrap($handle), gain-db => $gain.gain_db, short-db => $gain.short_db )
}

#| The same sound with a mean of 0 in every channel, as a hash: `sound`, and `means`, what was subtracted.
method remove-dc(--> Hash) {
    my Pointer $handle .= new;
    my $means = double-room($!channels);
    check das_remove_dc(self.native, $handle, $means, $!channels);
    %( sound => DAS::Engine::Sound.wrap($handle), means => numbers($means, $!channels) )
}

#| The same sound, faded in over its first and out over its last frames: `linear`, `equal-power`, `raised-cosine` or
#| `exponential`.
method fade(
    Int :$in-frames = 0, Int :$out-frames = 0, :$curve = 'raised-cosine', :$in-curve = $curve, :$out-curve = $curve
    --> DAS::Engine::Sound
) {
    my Pointer $handle .= new;
    check das_fade(
        self.native, named(%CURVES, $in-curve), $in-frames, named(%CURVES, $out-curve), $out-frames, $handle
    );
    DAS::Engine::Sound.wrap($handle)
}

#| The sound without the silence at its ends, as a hash: `sound`, and `first-frame`, with which it began. What counts is named
#| as in DAS::Engine::Options.
method trim(*%silence --> Hash) {
    my Pointer $handle .= new;
    my uint64 $first-frame = 0;
    check das_trim(self.native, silence($!sample-rate-hz, %silence), $handle, $first-frame);
    %( sound => DAS::Engine::Sound.wrap($handle), :$first-frame )
}

#| The same sound rounded to fewer bits, 2 to 24, with dither: `white`, or shaped noise (`first-order`, `audibility`).
method dither(Int $bits, :$shaping = 'white', Int :$seed = 1 --> DAS::Engine::Sound) {
    my Pointer $handle .= new;
    check das_dither(self.native, $bits, named(%SHAPINGS, $shaping), $seed, $handle);
    DAS::Engine::Sound.wrap($handle)
}

method release(Pointer $handle) { das_sound_free($handle) }
