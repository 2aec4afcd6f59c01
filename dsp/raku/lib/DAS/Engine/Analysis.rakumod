use NativeCall;
use DAS::Engine::Error;
use DAS::Engine::Handle;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Samples;
use DAS::Engine::Text;

#| The whole analysis of sound that comes in pieces.
unit class DAS::Engine::Analysis does DAS::Engine::Handle;

has Int $.channels;

#| Parameters are named as in DAS::Engine::Options.
method new(Int :$sample-rate-hz!, Int :$channels = 1, Int :$bits-per-sample = 0, *%parameters) {
    check-abi;
    my Pointer $handle .= new;
    check das_analysis_new($sample-rate-hz, $channels, $bits-per-sample, parameters(%parameters), $handle);
    self.bless(:$channels).adopt($handle)
}

#| Takes interleaved samples.
method push($interleaved) {
    my $samples = samples($interleaved);
    check das_analysis_push(self.native, $samples, frames($samples.elems, $!channels));
    self
}

#| Paints what came so far; options of the picture are named as in DAS::Engine::Options.
method save-spectrogram(IO() $output, *%picture) {
    check das_analysis_save_spectrogram(self.native, $output.absolute, picture(%picture));
    self
}

#| The document, as a hash. Nothing can follow.
method finish() { document-of { das_analysis_finish(self.native, $_) } }

method release(Pointer $handle) { das_analysis_free($handle) }
