#| das.h, function by function: what each does stands there. The classes of DAS::Engine are the way to use it.
unit module DAS::Engine::Native;

use NativeCall;

#| Version of the binary interface that these bindings are written for.
our constant ABI-VERSION is export = 1;

#| The library: a path in DAS_LIBRARY, else what the system's loader finds as libdas.
sub library is export { %*ENV<DAS_LIBRARY> || 'das' }

enum Status is export (
    STATUS-OK => 0, STATUS-NULL-POINTER => 1, STATUS-INVALID-ARGUMENT => 2, STATUS-INVALID-HANDLE => 3,
    STATUS-BUSY => 4, STATUS-STATE => 5, STATUS-UNREADABLE => 6, STATUS-REFUSED => 7, STATUS-NOT-FINITE => 8,
    STATUS-TOO-LARGE => 9, STATUS-UNWRITABLE => 10, STATUS-CANCELLED => 11, STATUS-INTERNAL => 12,
);

class das_parameters is repr('CStruct') is export {
    has uint32 $.analysis_rate_hz is rw;
    has uint32 $.window_length_frames is rw;
    has uint32 $.hop_frames is rw;
    has uint32 $.window is rw;
    has uint32 $.max_columns is rw;
    has uint32 $.max_buckets is rw;
    has num32 $.floor_dbfs is rw;
    has num32 $.kaiser_beta is rw;
    has uint32 $.measures is rw;
    has uint32 $.precision is rw;
}

class das_limits is repr('CStruct') is export {
    has uint64 $.max_bytes is rw;
    has num64 $.max_duration_s is rw;
    has uint32 $.max_channels is rw;
    has uint32 $.max_sample_rate_hz is rw;
}

class das_picture is repr('CStruct') is export {
    has uint32 $.width is rw;
    has uint32 $.height is rw;
    has uint32 $.palette is rw;
    has num32 $.low_dbfs is rw;
    has num32 $.high_dbfs is rw;
}

class das_transform is repr('CStruct') is export {
    has uint32 $.window_length_frames is rw;
    has uint32 $.hop_frames is rw;
    has uint32 $.window is rw;
    has num32 $.kaiser_beta is rw;
}

class das_stream_info is repr('CStruct') is export {
    has uint64 $.frames;
    has uint32 $.sample_rate_hz;
    has uint32 $.channels;
    has uint32 $.bits_per_sample;
    has uint32 $.reserved;
}

class das_sound_shape is repr('CStruct') is export {
    has uint64 $.frames;
    has uint32 $.sample_rate_hz;
    has uint32 $.channels;
}

class das_spectra_shape is repr('CStruct') is export {
    has uint64 $.frames;
    has uint64 $.bins;
    has num64 $.bin_width_hz;
    has num64 $.hop_s;
    has uint32 $.sample_rate_hz;
    has uint32 $.window;
}

class das_window_figures is repr('CStruct') is export {
    has num64 $.coherent_gain;
    has num64 $.noise_bandwidth_bins;
    has num64 $.scalloping_loss_db;
}

class das_transfer_parameters is repr('CStruct') is export {
    has int64 $.lag_frames is rw;
    has uint32 $.segment_frames is rw;
    has uint32 $.hop_frames is rw;
    has uint32 $.window is rw;
    has num32 $.kaiser_beta is rw;
}

class das_sweep_parameters is repr('CStruct') is export {
    has num64 $.start_hz is rw;
    has num64 $.end_hz is rw;
    has num64 $.duration_s is rw;
    has uint32 $.sample_rate_hz is rw;
}

class das_fir_parameters is repr('CStruct') is export {
    has num64 $.low_hz is rw;
    has num64 $.high_hz is rw;
    has num64 $.attenuation_db is rw;
    has num64 $.transition_hz is rw;
    has num64 $.sample_rate_hz is rw;
    has uint32 $.band is rw;
}

class das_bank_parameters is repr('CStruct') is export {
    has uint64 $.bins is rw;
    has num64 $.bin_width_hz is rw;
    has num64 $.min_hz is rw;
    has num64 $.max_hz is rw;
    has uint32 $.bands is rw;
    has uint32 $.scale is rw;
    has uint32 $.norm is rw;
}

class das_silence is repr('CStruct') is export {
    has num64 $.threshold_dbfs is rw;
    has uint64 $.gap_frames is rw;
    has uint64 $.hold_frames is rw;
    has uint64 $.padding_frames is rw;
}

class das_transfer_shape is repr('CStruct') is export {
    has uint64 $.bins;
    has uint64 $.segment_frames;
    has uint64 $.segments;
    has int64 $.lag_frames;
    has num64 $.bin_width_hz;
}

class das_gain is repr('CStruct') is export {
    has num64 $.gain_db;
    has num64 $.short_db;
}

sub das_abi_version(--> uint32) is native(&library) is export {*}
sub das_version(--> Str) is native(&library) is export {*}
sub das_status_name(int32 --> Str) is native(&library) is export {*}
sub das_last_error_message(--> Str) is native(&library) is export {*}
sub das_last_error_code(--> Str) is native(&library) is export {*}

sub das_text_data(Pointer --> Str) is native(&library) is export {*}
sub das_text_length(Pointer, size_t is rw --> int32) is native(&library) is export {*}
sub das_text_free(Pointer) is native(&library) is export {*}

sub das_parameters_init(das_parameters --> int32) is native(&library) is export {*}
sub das_limits_init(das_limits --> int32) is native(&library) is export {*}
sub das_picture_init(das_picture --> int32) is native(&library) is export {*}
sub das_transform_init(das_transform --> int32) is native(&library) is export {*}

sub das_window_coefficients(uint32, num64, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_window_get_figures(uint32, num64, size_t, das_window_figures --> int32) is native(&library) is export {*}

sub das_sound_new(uint32, uint32, CArray[num32], size_t, Pointer is rw --> int32) is native(&library) is export {*}
sub das_sound_load(Str, das_limits, Pointer is rw --> int32) is native(&library) is export {*}
sub das_sound_save(Pointer, Str, uint32, uint64 is rw --> int32) is native(&library) is export {*}
sub das_sound_get_shape(Pointer, das_sound_shape --> int32) is native(&library) is export {*}
sub das_sound_read(Pointer, uint32, uint64, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_sound_free(Pointer) is native(&library) is export {*}

sub das_save_spectrogram(Str, Str, das_picture, das_parameters, das_limits --> int32) is native(&library) is export {*}
sub das_do_resampling(Pointer, uint32, uint32, Pointer is rw --> int32) is native(&library) is export {*}
sub das_do_mixing(Pointer, uint32, uint32, Pointer is rw --> int32) is native(&library) is export {*}
# An array of das_track: four fields of eight bytes each.
sub das_mix_sounds(Blob, size_t, num64, Pointer is rw, num64 is rw --> int32) is native(&library) is export {*}
sub das_do_fft(Pointer, das_transform, Pointer is rw --> int32) is native(&library) is export {*}
sub das_do_analysis(Pointer, Pointer is rw --> int32) is native(&library) is export {*}
sub das_analyze_file(Str, das_parameters, das_limits, Pointer is rw --> int32) is native(&library) is export {*}
sub das_analyze_sound(Pointer, das_parameters, Pointer is rw --> int32) is native(&library) is export {*}

sub das_normalize(Pointer, uint32, num64, uint32, num64, Pointer is rw, das_gain --> int32)
    is native(&library) is export {*}

sub das_fade(Pointer, uint32, uint64, uint32, uint64, Pointer is rw --> int32) is native(&library) is export {*}
sub das_silence_init(uint32, das_silence --> int32) is native(&library) is export {*}
sub das_trim(Pointer, das_silence, Pointer is rw, uint64 is rw --> int32) is native(&library) is export {*}
sub das_dither(Pointer, uint32, uint32, uint64, Pointer is rw --> int32) is native(&library) is export {*}
sub das_remove_dc(Pointer, Pointer is rw, CArray[num64], size_t --> int32) is native(&library) is export {*}

sub das_spectra_get_shape(Pointer, das_spectra_shape --> int32) is native(&library) is export {*}
sub das_spectra_read(Pointer, uint64, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_spectra_free(Pointer) is native(&library) is export {*}

sub das_cancel_new(Pointer is rw --> int32) is native(&library) is export {*}
sub das_cancel_set(Pointer --> int32) is native(&library) is export {*}
sub das_cancel_free(Pointer) is native(&library) is export {*}

# The name differs from the C function's: DAS::Engine exports das_batch with idiomatic arguments.
sub native_batch(
    Str, &progress (Pointer, uint64, uint64, num64 --> int32), Pointer, Pointer, Pointer is rw --> int32
) is native(&library) is symbol('das_batch') is export {*}

sub das_decoder_open(Str, das_limits, Pointer is rw --> int32) is native(&library) is export {*}
sub das_decoder_open_memory(Blob, size_t, das_limits, Pointer is rw --> int32) is native(&library) is export {*}
sub das_decoder_get_info(Pointer, das_stream_info --> int32) is native(&library) is export {*}
sub das_decoder_describe(Pointer, Pointer is rw --> int32) is native(&library) is export {*}
sub das_decoder_read(Pointer, CArray[num32], size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_decoder_free(Pointer) is native(&library) is export {*}

sub das_analysis_new(uint32, uint32, uint32, das_parameters, Pointer is rw --> int32) is native(&library) is export {*}
sub das_analysis_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_analysis_save_spectrogram(Pointer, Str, das_picture --> int32) is native(&library) is export {*}
sub das_analysis_finish(Pointer, Pointer is rw --> int32) is native(&library) is export {*}
sub das_analysis_free(Pointer) is native(&library) is export {*}

sub das_resampler_new(uint32, uint32, uint32, uint32, Pointer is rw --> int32) is native(&library) is export {*}
sub das_resampler_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_resampler_finish(Pointer --> int32) is native(&library) is export {*}
sub das_resampler_read(Pointer, CArray[num32], size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_resampler_free(Pointer) is native(&library) is export {*}

sub das_stft_new(das_transform, Pointer is rw --> int32) is native(&library) is export {*}
sub das_stft_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_stft_finish(Pointer --> int32) is native(&library) is export {*}
sub das_stft_read(Pointer, CArray[num32], size_t, size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_stft_free(Pointer) is native(&library) is export {*}

sub das_fft_new(size_t, Pointer is rw --> int32) is native(&library) is export {*}
sub das_fft_forward(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_fft_inverse(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_fft_power(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_fft_free(Pointer) is native(&library) is export {*}

sub das_transfer_parameters_init(das_transfer_parameters --> int32) is native(&library) is export {*}
sub das_transfer_new(Pointer, uint32, Pointer, uint32, das_transfer_parameters, Pointer is rw --> int32)
    is native(&library) is export {*}
sub das_transfer_get_shape(Pointer, das_transfer_shape --> int32) is native(&library) is export {*}
sub das_transfer_read_h1(Pointer, CArray[num64], size_t --> int32) is native(&library) is export {*}
sub das_transfer_read_h2(Pointer, CArray[num64], size_t --> int32) is native(&library) is export {*}
sub das_transfer_read_coherence(Pointer, CArray[num64], size_t --> int32) is native(&library) is export {*}
sub das_transfer_read_impulse(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_transfer_free(Pointer) is native(&library) is export {*}

sub das_sweep_parameters_init(das_sweep_parameters --> int32) is native(&library) is export {*}
sub das_sweep_new(das_sweep_parameters, Pointer is rw --> int32) is native(&library) is export {*}
sub das_sweep_impulse_response(das_sweep_parameters, Pointer, uint32, Pointer is rw, uint64 is rw --> int32)
    is native(&library) is export {*}
sub das_sweep_get_harmonic_lead(das_sweep_parameters, uint32, num64 is rw --> int32) is native(&library) is export {*}

# An array of das_section: three fields of eight bytes, one of four, and four bytes of padding.
sub das_filter_new(Blob, size_t, num64, Pointer is rw --> int32) is native(&library) is export {*}
sub das_filter_process(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_filter_reset(Pointer --> int32) is native(&library) is export {*}
sub das_filter_get_response(Pointer, num64, num64 is rw, num64 is rw --> int32) is native(&library) is export {*}
sub das_filter_free(Pointer) is native(&library) is export {*}

sub das_fir_design(das_fir_parameters, CArray[num64], size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_fir_get_response(CArray[num64], size_t, num64, num64, num64 is rw, num64 is rw --> int32)
    is native(&library) is export {*}

sub das_convolver_new(CArray[num64], size_t, Pointer is rw --> int32) is native(&library) is export {*}
sub das_convolver_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_convolver_finish(Pointer --> int32) is native(&library) is export {*}
sub das_convolver_read(Pointer, CArray[num32], size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_convolver_free(Pointer) is native(&library) is export {*}

sub das_complex_stft_new(das_transform, Pointer is rw --> int32) is native(&library) is export {*}
sub das_complex_stft_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_complex_stft_finish(Pointer --> int32) is native(&library) is export {*}
sub das_complex_stft_read(Pointer, CArray[num32], size_t, size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_complex_stft_free(Pointer) is native(&library) is export {*}

sub das_inverse_stft_new(das_transform, uint32, Pointer is rw --> int32) is native(&library) is export {*}
sub das_inverse_stft_push(Pointer, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_inverse_stft_finish(Pointer, uint64 --> int32) is native(&library) is export {*}
sub das_inverse_stft_read(Pointer, CArray[num32], size_t, size_t is rw --> int32) is native(&library) is export {*}
sub das_inverse_stft_free(Pointer) is native(&library) is export {*}

sub das_bank_parameters_init(uint64, num64, das_bank_parameters --> int32) is native(&library) is export {*}
sub das_bank_new(das_bank_parameters, Pointer is rw --> int32) is native(&library) is export {*}
sub das_bank_read_centers(Pointer, CArray[num64], size_t --> int32) is native(&library) is export {*}
sub das_bank_apply(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_bank_free(Pointer) is native(&library) is export {*}

sub das_mfcc_new(das_bank_parameters, size_t, Pointer is rw --> int32) is native(&library) is export {*}
sub das_mfcc_apply(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_mfcc_free(Pointer) is native(&library) is export {*}

sub das_chroma_new(uint64, num64, num64, Pointer is rw --> int32) is native(&library) is export {*}
sub das_chroma_apply(Pointer, CArray[num32], size_t, CArray[num32], size_t --> int32) is native(&library) is export {*}
sub das_chroma_free(Pointer) is native(&library) is export {*}
