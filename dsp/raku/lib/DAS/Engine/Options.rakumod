use DAS::Engine::Error;
use DAS::Engine::Native;

#| Options by name over the library's defaults. Names are those of das.h with hyphens.
unit module DAS::Engine::Options;

our constant %WINDOWS is export =
    hann-periodic => 0, rectangular => 1, hann-symmetric => 2, hamming-periodic => 3, hamming-symmetric => 4,
    blackman-periodic => 5, blackman-symmetric => 6, blackman-harris-periodic => 7, blackman-harris-symmetric => 8,
    flat-top-periodic => 9, flat-top-symmetric => 10, kaiser-periodic => 11, kaiser-symmetric => 12;
our constant %QUALITIES is export = db80 => 0, db100 => 1, db120 => 2, db140 => 3;
our constant %MIXES is export = mean => 0, mono => 1, stereo => 2;
our constant %SCALES is export = unity => 0, safe => 1;
our constant %MEASURES is export = overview => 0, full => 1;
our constant %PRECISIONS is export = single => 0, double => 1;
our constant %PALETTES is export = magma => 0, viridis => 1, ice => 2, gray => 3;
our constant %TARGETS is export = peak-dbfs => 0, true-peak-dbtp => 1, rms-dbfs => 2, loudness-lufs => 3;
our constant %CEILINGS is export = none => 0, peak-dbfs => 1, true-peak-dbtp => 2;
our constant %SHAPES is export =
    low-pass => 0, high-pass => 1, band-pass-skirt => 2, band-pass-peak => 3, notch => 4, all-pass => 5, peaking => 6,
    low-shelf => 7, high-shelf => 8, first-order-high-pass => 9;
our constant %BANDS is export = low-pass => 0, high-pass => 1, band-pass => 2, band-stop => 3;
our constant %SYNTHESES is export = least-squares => 0, overlap-add => 1;
our constant %BAND-SCALES is export = mel-slaney => 0, mel-htk => 1, bark => 2, erb => 3, octave => 4;
our constant %BAND-NORMS is export = area => 0, peak => 1;
our constant %CURVES is export = linear => 0, equal-power => 1, raised-cosine => 2, exponential => 3;
our constant %SHAPINGS is export = white => 0, first-order => 1, audibility => 2;
our constant %ENCODINGS is export = pcm16 => 0, pcm24 => 1, float32 => 2;

#| Number of a name; numbers stay what they are.
sub named(%numbers, $name) is export {
    $name ~~ Int ?? $name !! %numbers{$name} // die "there is no '$name'; there are { %numbers.keys.sort.join(', ') }"
}

constant %NAMES =
    window => %WINDOWS, palette => %PALETTES, measures => %MEASURES, precision => %PRECISIONS, scale => %BAND-SCALES,
    norm => %BAND-NORMS;

sub fill($options, &init, %changes) {
    check init($options);
    for %changes.kv -> $name, $value is copy {
        my $field = $name.subst('-', '_', :g);
        unless $options.^can($field) {
            die "there is no option '$name'";
        }
        $value = named(%NAMES{$field}, $value) if %NAMES{$field}:exists;
        $options."$field"() = $options."$field"() ~~ Num ?? $value.Num !! $value.Int;
    }
    $options
}

#| How a recording is analysed: :analysis-rate-hz, :window-length-frames, :hop-frames, :window, :max-columns, :max-buckets,
#| :floor-dbfs, :kaiser-beta, :measures, :precision.
sub parameters(%changes) is export { fill(das_parameters.new, &das_parameters_init, %changes) }

#| Which files are accepted: :max-bytes, :max-duration-s, :max-channels, :max-sample-rate-hz.
sub limits(%changes) is export { fill(das_limits.new, &das_limits_init, %changes) }

#| How a spectrogram is painted: :width, :height, :palette, :low-dbfs, :high-dbfs.
sub picture(%changes) is export { fill(das_picture.new, &das_picture_init, %changes) }

#| How spectra are made: :window-length-frames, :hop-frames, :window, :kaiser-beta.
sub transform(%changes) is export { fill(das_transform.new, &das_transform_init, %changes) }

#| How two recordings are compared: :segment-frames, :hop-frames, :window, :kaiser-beta, :lag-frames.
sub transfer-parameters(%changes) is export {
    fill(das_transfer_parameters.new, &das_transfer_parameters_init, %changes)
}

#| What a sweep is: :start-hz, :end-hz, :duration-s, :sample-rate-hz.
sub sweep-parameters(%changes) is export { fill(das_sweep_parameters.new, &das_sweep_parameters_init, %changes) }

#| Which bands to make of so many bins: :bands, :scale, :norm, :min-hz, :max-hz.
sub bank-parameters(Int $bins, Num() $bin-width-hz, %changes) is export {
    fill(das_bank_parameters.new, { das_bank_parameters_init($bins, $bin-width-hz, $_) }, %changes)
}

#| What counts as silence at a rate: :threshold-dbfs, :gap-frames, :hold-frames, :padding-frames.
sub silence(Int $sample-rate-hz, %changes) is export {
    fill(das_silence.new, { das_silence_init($sample-rate-hz, $_) }, %changes)
}
