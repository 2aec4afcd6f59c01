use NativeCall;
use DAS::Engine::Analysis;
use DAS::Engine::Cancel;
use DAS::Engine::Decoder;
use DAS::Engine::Error;
use DAS::Engine::Fft;
use DAS::Engine::Native;
use DAS::Engine::Options;
use DAS::Engine::Resampler;
use DAS::Engine::Samples;
use DAS::Engine::Sound;
use DAS::Engine::Spectra;
use DAS::Engine::Stft;
use DAS::Engine::Text;

#| The audio engine of DAS: its operations by name. README.md has examples.
unit class DAS::Engine;

#| Version of the engine.
method version(--> Str) { check-abi; das_version() }

#| Paints the spectrogram of a file: options as in DAS::Engine::Options, those of the picture and the parameters together.
sub save_spectrogram(IO() $input, IO() $output, :%parameters, :%limits, *%picture) is export {
    check-abi;
    check das_save_spectrogram(
        $input.absolute, $output.absolute, picture(%picture), parameters(%parameters), limits(%limits)
    );
    $output
}

#| The same sound at another rate. Quality is the stop-band: `db80`, `db100`, `db120`, `db140`.
sub do_resampling(Int $rate-hz, DAS::Engine::Sound $sound, :$quality = 'db120' --> DAS::Engine::Sound) is export {
    my Pointer $handle .= new;
    check das_do_resampling($sound.native, $rate-hz, named(%QUALITIES, $quality), $handle);
    DAS::Engine::Sound.wrap($handle)
}

#| All channels mixed to their `mean`, or by ITU-R BS.775 to `mono` or `stereo`, `unity` or `safe` from clipping.
proto sub do_mixing(|) is export {*}
multi sub do_mixing(DAS::Engine::Sound $sound, :$to = 'mean', :$scale = 'unity' --> DAS::Engine::Sound) {
    my Pointer $handle .= new;
    check das_do_mixing($sound.native, named(%MIXES, $to), named(%SCALES, $scale), $handle);
    DAS::Engine::Sound.wrap($handle)
}

#| Many sounds mixed to stereo and turned down to the ceiling where they need it. A track is a sound, or a hash of `sound`
#| and, where wanted, `gain-db`, `pan` and `start-frame`.
multi sub do_mixing(@tracks, Num() :$ceiling-dbfs = 0e0 --> DAS::Engine::Sound) {
    check-abi;
    my $bytes = Buf.new;
    for @tracks -> $track {
        my %track = $track ~~ DAS::Engine::Sound ?? (sound => $track) !! $track;
        my $at = $bytes.bytes;
        $bytes.write-uint64($at, +%track<sound>.native, NativeEndian);
        $bytes.write-num64($at + 8, (%track<gain-db> // 0).Num, NativeEndian);
        $bytes.write-num64($at + 16, (%track<pan> // 0).Num, NativeEndian);
        $bytes.write-uint64($at + 24, %track<start-frame> // 0, NativeEndian);
    }
    my Pointer $handle .= new;
    my num64 $headroom-db = 0e0;
    check das_mix_sounds($bytes, @tracks.elems, $ceiling-dbfs, $handle, $headroom-db);
    DAS::Engine::Sound.wrap($handle)
}

#| The power spectra of the mono mix; options as in DAS::Engine::Options.
sub do_fft(DAS::Engine::Sound $sound, *%transform --> DAS::Engine::Spectra) is export {
    my Pointer $handle .= new;
    check das_do_fft($sound.native, transform(%transform), $handle);
    DAS::Engine::Spectra.wrap($handle)
}

#| Statistics of spectra, or the whole analysis of a file or of sound, as JSON.
proto sub do_analysis(|) is export {*}
multi sub do_analysis(DAS::Engine::Spectra $spectra --> Str) {
    text-of { das_do_analysis($spectra.native, $_) }
}
multi sub do_analysis(DAS::Engine::Sound $sound, *%parameters --> Str) {
    text-of { das_analyze_sound($sound.native, parameters(%parameters), $_) }
}
multi sub do_analysis(IO() $file, :%limits, *%parameters --> Str) {
    check-abi;
    text-of { das_analyze_file($file.absolute, parameters(%parameters), limits(%limits), $_) }
}

#| Coefficients of an analysis window, named as in DAS::Engine::Options; `beta` is that of the Kaiser windows.
sub window(Int $length, $window = 'hann-periodic', Num() :$beta = 0e0 --> List) is export {
    check-abi;
    my $room = room($length);
    check das_window_coefficients(named(%WINDOWS, $window), $beta, $room, $length);
    numbers($room, $length)
}

#| What such a window does to levels: a hash of coherent-gain, noise-bandwidth-bins and scalloping-loss-db.
sub window-figures(Int $length, $window = 'hann-periodic', Num() :$beta = 0e0 --> Hash) is export {
    check-abi;
    my $figures = das_window_figures.new;
    check das_window_get_figures(named(%WINDOWS, $window), $beta, $length, $figures);
    %(
        coherent-gain => $figures.coherent_gain, noise-bandwidth-bins => $figures.noise_bandwidth_bins,
        scalloping-loss-db => $figures.scalloping_loss_db,
    )
}

#| Runs a list of operations over a list of files: das.h describes both JSON documents, `request` is the first as a hash,
#| what comes back is the second. `progress` is called with files done, all files and the share of the work; when it
#| returns something that is not False, the batch goes on; when it throws, the batch stops and the exception goes on.
sub das_batch(%request, :&progress = sub (|) { True }, DAS::Engine::Cancel :$cancel) is export {
    check-abi;
    my $thrown;
    my &told = sub (Pointer, $files-done, $files, $share) {
        # No exception may cross the library.
        my $go-on = try { progress($files-done, $files, $share) };
        $thrown = $!;
        $thrown.defined || $go-on === False ?? 1 !! 0
    };
    # A null pointer, not the type object: NativeCall fits a call to the definedness of its first arguments.
    my $handle = $cancel.defined ?? $cancel.native !! Pointer.new(0);
    my $json = Rakudo::Internals::JSON.to-json(%request, :!pretty);
    my $outcome = document-of { native_batch($json, &told, Pointer.new(0), $handle, $_) };
    .throw with $thrown;
    $outcome
}
