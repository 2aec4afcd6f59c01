#!/usr/bin/env raku
#| The frequency visualizer: resample to 32 kHz, paint the spectrogram, mix, transform, analyse, save JSON.
use DAS::Engine;
use DAS::Engine::Sound;

sub MAIN(IO() $sound-file, IO() $folder = '.'.IO) {
    my $name = $folder.add($sound-file.basename);
    save_spectrogram($sound-file, "$name.png", :width(1200), :height(600));

    my $sound   = DAS::Engine::Sound.load($sound-file);
    my $mono    = do_mixing(do_resampling(32000, $sound));
    my $spectra = do_fft($mono, :window-length-frames(2048), :hop-frames(512));
    "$name.json".IO.spurt(do_analysis($spectra));

    my $level = $sound.analyze<level>;
    say "{ $sound.duration-s.round(0.01) } s, peak { $level<peak_dbfs>.fmt('%.1f') } dBFS, { $spectra.elems } spectra";
}
