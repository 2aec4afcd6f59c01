/*
 * das.h - the audio engine of DAS as a C library. Generated from dsp/capi/src: do not edit.
 *
 * SOUND is 32-bit floating point, full scale +-1.0. Interleaved sound has the samples of a frame together: left,
 * right, left, right. Rates are 100 to 768000 Hz, channels 1 to 64.
 *
 * STATUS. Every function that can fail returns a das_status; DAS_STATUS_OK is 0. das_last_error_message() and
 * das_last_error_code() say more about the last failure on this thread. When a function fails it has written to none
 * of its out-parameters unless it says so. Null pointers, wrong handles, misaligned or overlapping buffers, numbers out
 * of range, NaN, and lengths above 536870912 elements are failures, never undefined behaviour. What no library can
 * check stays the caller's duty: a pointer that is not null points to memory of the stated type and length, a string
 * ends with a zero byte, and a handle that was freed is not used again.
 *
 * MEMORY. A handle comes out through a `das_x **` parameter, belongs to the caller, and is given back with
 * das_x_free(), once; free functions take NULL. Everything handed in is only read during the call, or copied.
 *
 * THREADS. Every function may be called from every thread. das_sound, das_spectra, das_transfer, das_bank, das_chroma
 * and das_text never change: any number of threads may read them at once. The other handles carry the state of a
 * stream, or room to work in: a call while another thread is inside one on the same handle returns DAS_STATUS_BUSY and
 * changes nothing. A handle may be freed when no other thread uses it. No C++ exception and no longjmp may cross a
 * callback.
 *
 * A failed transform or a bug of the library never unwinds into the caller: it is DAS_STATUS_INTERNAL.
 */

#ifndef DAS_H
#define DAS_H

#include <stddef.h>
#include <stdint.h>

// Version of the binary interface of this header: functions may be added under the same number; a structure or the meaning
// of a function changes only with another.
#define DAS_ABI_VERSION 1

// Whether a call did its work, and if not, of which kind the reason is. das_last_error_message() has the details.
typedef enum {
  // It did.
  DAS_STATUS_OK = 0,
  // A pointer is null that must not be.
  DAS_STATUS_NULL_POINTER = 1,
  // A number is out of range, a text is not UTF-8 or not what it must be, or buffers are misaligned or overlap.
  DAS_STATUS_INVALID_ARGUMENT = 2,
  // The pointer is no handle of this kind, as far as that can be told.
  DAS_STATUS_INVALID_HANDLE = 3,
  // Another thread is inside a call on this handle.
  DAS_STATUS_BUSY = 4,
  // The call does not fit the state of the handle: it is finished, or has output that must be read first.
  DAS_STATUS_STATE = 5,
  // A file cannot be opened or read.
  DAS_STATUS_UNREADABLE = 6,
  // The recording is damaged, cut off, empty, of an unknown format, or passes a limit; or the sound is silent or too short
  // for what is asked for. das_last_error_code() says which.
  DAS_STATUS_REFUSED = 7,
  // A sample is NaN, infinite, or larger than 1e9.
  DAS_STATUS_NOT_FINITE = 8,
  // More than fits the memory that one call may take, or a file of the asked-for format.
  DAS_STATUS_TOO_LARGE = 9,
  // A file cannot be written.
  DAS_STATUS_UNWRITABLE = 10,
  // The work was stopped by the caller.
  DAS_STATUS_CANCELLED = 11,
  // A bug of the library, or a thread that the system refuses; the handle that was used may only be freed.
  DAS_STATUS_INTERNAL = 12,
} das_status;

// What a linear-phase filter lets pass. At the ends of a band, which lie between 0 and half the rate, the gain is one half.
typedef enum {
  // Below high_hz; the gain at 0 Hz is exactly 1.
  DAS_BAND_LOW_PASS = 0,
  // Above low_hz; the gain at half the rate is exactly 1.
  DAS_BAND_HIGH_PASS = 1,
  // From low_hz to high_hz; the gain in the middle is exactly 1.
  DAS_BAND_BAND_PASS = 2,
  // Outside of low_hz to high_hz; the gain at 0 Hz is exactly 1.
  DAS_BAND_BAND_STOP = 3,
} das_band;

// What the triangles of bands are scaled to.
typedef enum {
  // Area 1 in hertz: a flat power density stays flat (Slaney; librosa's default).
  DAS_BAND_NORM_AREA = 0,
  // Peak 1: neighbours add up to 1, and the bands to the power between the first and the last centre (HTK).
  DAS_BAND_NORM_PEAK = 1,
} das_band_norm;

// A frequency scale on which bands lie at equal distances.
typedef enum {
  // Mel, linear to 1 kHz, logarithmic above (Slaney 1998; librosa's default).
  DAS_BAND_SCALE_MEL_SLANEY = 0,
  // Mel, 2595 log10(1 + f / 700 Hz) (O'Shaughnessy 1987, the HTK book).
  DAS_BAND_SCALE_MEL_HTK = 1,
  // Bark, critical bands (Traunmueller 1990).
  DAS_BAND_SCALE_BARK = 2,
  // Equivalent rectangular bandwidths (Glasberg and Moore 1990).
  DAS_BAND_SCALE_ERB = 3,
  // Octaves: n bands per octave over r octaves are n r - 1. min_hz must be above 0.
  DAS_BAND_SCALE_OCTAVE = 4,
} das_band_scale;

// Which peak a sound does not pass.
typedef enum {
  // There is no ceiling.
  DAS_CEILING_NONE = 0,
  // Loudest sample of any channel.
  DAS_CEILING_PEAK_DBFS = 1,
  // Loudest point between the samples of any channel; EBU R 128 wants -1 dBTP.
  DAS_CEILING_TRUE_PEAK_DBTP = 2,
} das_ceiling;

// How the gain of a fade in rises from 0 (at t = 0) to 1 (at t = 1); a fade out is the same backwards.
typedef enum {
  // t. A cross-fade of equal sounds keeps their amplitude.
  DAS_CURVE_LINEAR = 0,
  // sin(pi t / 2). A cross-fade of unrelated sounds keeps their power.
  DAS_CURVE_EQUAL_POWER = 1,
  // (1 - cos(pi t)) / 2. Keeps amplitude like the linear one, without corners at its ends.
  DAS_CURVE_RAISED_COSINE = 2,
  // From -60 dB on by the same number of decibels in every moment, and 0 at t = 0 itself.
  DAS_CURVE_EXPONENTIAL = 3,
} das_curve;

// How the samples of a WAV file are written.
typedef enum {
  // 16-bit integers, rounded to the nearest and limited.
  DAS_ENCODING_PCM16 = 0,
  // 24-bit integers, rounded to the nearest and limited.
  DAS_ENCODING_PCM24 = 1,
  // 32-bit floating point, as they are.
  DAS_ENCODING_FLOAT32 = 2,
} das_encoding;

// What a second-order section does (Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"). Q is above
// 0, up to 1e6; 0.70710678 makes low- and high-pass maximally flat (Butterworth).
typedef enum {
  // 0 dB at 0 Hz, 12 dB an octave above; the gain at the frequency is Q.
  DAS_FILTER_SHAPE_LOW_PASS = 0,
  // 0 dB at half the rate, 12 dB an octave below; the gain at the frequency is Q.
  DAS_FILTER_SHAPE_HIGH_PASS = 1,
  // Band-pass of constant skirt gain: the peak gain is Q.
  DAS_FILTER_SHAPE_BAND_PASS_SKIRT = 2,
  // Band-pass of constant 0 dB peak gain.
  DAS_FILTER_SHAPE_BAND_PASS_PEAK = 3,
  // Nothing at the frequency, 0 dB far from it.
  DAS_FILTER_SHAPE_NOTCH = 4,
  // 0 dB everywhere; the phase is -180 degrees at the frequency.
  DAS_FILTER_SHAPE_ALL_PASS = 5,
  // gain_db at the frequency, 0 dB far from it.
  DAS_FILTER_SHAPE_PEAKING = 6,
  // gain_db at 0 Hz, half of it (in dB) at the frequency, 0 dB at half the rate; q is the slope.
  DAS_FILTER_SHAPE_LOW_SHELF = 7,
  // gain_db at half the rate, half of it (in dB) at the frequency, 0 dB at 0 Hz; q is the slope.
  DAS_FILTER_SHAPE_HIGH_SHELF = 8,
  // One pole: 0 dB at half the rate, -3.01 dB at the frequency, 6 dB an octave below, nothing at 0 Hz. With 5 to 20 Hz it
  // removes a DC offset from a stream; das_remove_dc() does it for a whole sound.
  DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS = 9,
} das_filter_shape;

// How much an analysis measures.
typedef enum {
  // Levels and the statistics of the mean spectrum.
  DAS_MEASURES_OVERVIEW = 0,
  // Everything: loudness, true peak, noise, rhythm, pitch, key, partials, series.
  DAS_MEASURES_FULL = 1,
} das_measures;

// What the channels of a sound are mixed to.
typedef enum {
  // One channel, the mean: every channel has the weight 1 / C; it never clips.
  DAS_MIX_MEAN = 0,
  // One channel by ITU-R BS.775: L and R 0.707, C 1, surrounds 0.5, no LFE.
  DAS_MIX_MONO = 1,
  // Left and right by ITU-R BS.775: L or R 1, C 0.707, its surrounds 0.707, no LFE.
  DAS_MIX_STEREO = 2,
} das_mix;

// Colour maps, from quiet to loud.
typedef enum {
  // Black, violet, orange, pale yellow.
  DAS_PALETTE_MAGMA = 0,
  // Dark violet, teal, yellow.
  DAS_PALETTE_VIRIDIS = 1,
  // Black, deep blue, pale cyan.
  DAS_PALETTE_ICE = 2,
  // Black to white.
  DAS_PALETTE_GRAY = 3,
} das_palette;

// Arithmetic of an analysis's spectra.
typedef enum {
  // 32-bit: right to 1e-4 dB down to 30 dB below the loudest cell of a spectrum.
  DAS_PRECISION_SINGLE = 0,
  // 64-bit: right to 1e-4 dB for every cell above -100 dBFS; spectra take 1.3 to 1.8 times as long, by processor.
  DAS_PRECISION_DOUBLE = 1,
} das_precision;

// Stop-band of a resampler: how far what the new rate cannot hold is down.
typedef enum {
  // 80 dB, for previews.
  DAS_QUALITY_DB80 = 0,
  // 100 dB, better than the noise of 16-bit sound.
  DAS_QUALITY_DB100 = 1,
  // 120 dB, the engine's own choice.
  DAS_QUALITY_DB120 = 2,
  // 140 dB, below the rounding of 24-bit sound; computed in 64 bits.
  DAS_QUALITY_DB140 = 3,
} das_quality;

// Whether a mix by BS.775 may be louder than full scale.
typedef enum {
  // The coefficients as they are: levels are kept.
  DAS_SCALE_UNITY = 0,
  // All coefficients divided by the largest sum of one output.
  DAS_SCALE_SAFE = 1,
} das_scale;

// Where the noise of a rounding goes.
typedef enum {
  // White noise of a power of LSB^2 / 4.
  DAS_SHAPING_WHITE = 0,
  // 1 - 1/z: 6 dB less noise in every octave downwards, 3 dB more in all.
  DAS_SHAPING_FIRST_ORDER = 1,
  // By the threshold of hearing at 44.1 and 48 kHz (Lipshitz, Vanderkooy and Wannamaker 1991): much less noise at 2 to 5 kHz,
  // more above 12 kHz.
  DAS_SHAPING_AUDIBILITY = 2,
} das_shaping;

// How frames are added up to sound again.
typedef enum {
  // Frames are windowed once more and divided by the sum of squared windows: of all sounds, the one whose spectra come
  // closest to the given ones, also when these were changed (Griffin and Lim 1984). Needs windows whose squares leave no
  // gap (NOLA).
  DAS_SYNTHESIS_LEAST_SQUARES = 0,
  // Frames are added as they are and divided by the sum of windows (Allen and Rabiner 1977). Needs windows that add up to a
  // constant (COLA).
  DAS_SYNTHESIS_OVERLAP_ADD = 1,
} das_synthesis;

// Which level a sound is brought to.
typedef enum {
  // Loudest sample of any channel; a full-scale square wave has 0 dBFS.
  DAS_TARGET_PEAK_DBFS = 0,
  // Loudest point between the samples of any channel, by ITU-R BS.1770.
  DAS_TARGET_TRUE_PEAK_DBTP = 1,
  // Root of the mean square of all samples of all channels; a full-scale square wave has 0 dBFS.
  DAS_TARGET_RMS_DBFS = 2,
  // Integrated loudness by EBU R 128, which wants -23 LUFS.
  DAS_TARGET_LOUDNESS_LUFS = 3,
} das_target;

// Shape of an analysis window: periodic for spectral analysis, symmetric for filter design. x is 2 pi n / N for the periodic
// and 2 pi n / (N - 1) for the symmetric kind.
typedef enum {
  // 0.5 - 0.5 cos x.
  DAS_WINDOW_HANN_PERIODIC = 0,
  // All ones.
  DAS_WINDOW_RECTANGULAR = 1,
  // 0.5 - 0.5 cos x.
  DAS_WINDOW_HANN_SYMMETRIC = 2,
  // 0.54 - 0.46 cos x.
  DAS_WINDOW_HAMMING_PERIODIC = 3,
  // 0.54 - 0.46 cos x.
  DAS_WINDOW_HAMMING_SYMMETRIC = 4,
  // 0.42 - 0.5 cos x + 0.08 cos 2x.
  DAS_WINDOW_BLACKMAN_PERIODIC = 5,
  // 0.42 - 0.5 cos x + 0.08 cos 2x.
  DAS_WINDOW_BLACKMAN_SYMMETRIC = 6,
  // Harris's minimum four-term window, -92 dB.
  DAS_WINDOW_BLACKMAN_HARRIS_PERIODIC = 7,
  // Harris's minimum four-term window, -92 dB.
  DAS_WINDOW_BLACKMAN_HARRIS_SYMMETRIC = 8,
  // Five terms: amplitudes are right to 0.01 dB wherever a tone lies between bins.
  DAS_WINDOW_FLAT_TOP_PERIODIC = 9,
  // Five terms: amplitudes are right to 0.01 dB wherever a tone lies between bins.
  DAS_WINDOW_FLAT_TOP_SYMMETRIC = 10,
  // I0(beta sqrt(1 - (x / pi - 1)^2)) / I0(beta), with beta from 0 to 100.
  DAS_WINDOW_KAISER_PERIODIC = 11,
  // I0(beta sqrt(1 - (x / pi - 1)^2)) / I0(beta), with beta from 0 to 100.
  DAS_WINDOW_KAISER_SYMMETRIC = 12,
} das_window;

// The whole analysis of sound that comes in pieces, in memory that does not grow with its length.
typedef struct das_analysis das_analysis;

// Triangular bands of power spectra. It never changes.
typedef struct das_bank das_bank;

// A flag that stops das_batch() from any thread.
typedef struct das_cancel das_cancel;

// The twelve pitch classes of power spectra (Ellis 2007). It never changes.
typedef struct das_chroma das_chroma;

// Complex spectra of one channel that comes in pieces.
typedef struct das_complex_stft das_complex_stft;

// Convolves one channel that comes in pieces with fixed taps.
typedef struct das_convolver das_convolver;

// Reads a file block by block, in memory that does not grow with its length.
typedef struct das_decoder das_decoder;

// A planned Fourier transform of N real samples, and its inverse.
typedef struct das_fft das_fft;

// Second-order sections in a row, for one channel that comes in pieces.
typedef struct das_filter das_filter;

// Adds complex spectra that come in pieces up to sound.
typedef struct das_inverse_stft das_inverse_stft;

// Cepstral coefficients of power spectra (Davis and Mermelstein 1980).
typedef struct das_mfcc das_mfcc;

// Converts the rate of sound that comes in pieces.
typedef struct das_resampler das_resampler;

// Sound in memory: a rate and 1 to 64 channels of equal length. It never changes.
typedef struct das_sound das_sound;

// Power spectra of one sound, in the order of time. They never change.
typedef struct das_spectra das_spectra;

// Power spectra of one channel that comes in pieces.
typedef struct das_stft das_stft;

// A text that the library has made: JSON in UTF-8.
typedef struct das_text das_text;

// What a system does to sound, estimated from a recording of what went in and one of what came out. It never changes.
typedef struct das_transfer das_transfer;

// How a recording is analysed. Fill it with das_parameters_init(), then change what should differ; where a function takes
// a pointer to it, NULL means the defaults.
typedef struct {
  // Rate at which spectra are computed, 1 to 768000; default 32000.
  uint32_t analysis_rate_hz;
  // Frames in one window, a power of two from 64 to 65536; default 2048.
  uint32_t window_length_frames;
  // Frames from one window to the next, 1 to the window length; default 512.
  uint32_t hop_frames;
  // A das_window.
  uint32_t window;
  // Most columns of a spectrogram, even, 2 to 32768; default 2048.
  uint32_t max_columns;
  // Most buckets of a waveform, even, 2 to 65536; default 4096.
  uint32_t max_buckets;
  // Lowest level that is told apart from silence, -200 to 0; default -120.
  float floor_dbfs;
  // Beta of a Kaiser window, 0 to 100; default 0.
  float kaiser_beta;
  // A das_measures; default DAS_MEASURES_FULL. Pictures alone are made without.
  uint32_t measures;
  // A das_precision; default DAS_PRECISION_SINGLE.
  uint32_t precision;
} das_parameters;

// How a spectrogram is painted: time from left to right over the whole duration, 0 Hz at the bottom, half the analysis rate
// on top. Fill it with das_picture_init(); NULL means the defaults.
typedef struct {
  // Width in pixels, 1 to 16384; default 1024. At most 67108864 pixels in all.
  uint32_t width;
  // Height in pixels, 1 to 16384; default 512.
  uint32_t height;
  // A das_palette.
  uint32_t palette;
  // Level of the first colour, -200 to 60 dBFS; default -100.
  float low_dbfs;
  // Level of the last colour, above the first, at most 60 dBFS; default 0.
  float high_dbfs;
} das_picture;

// Which bands to make of which bins. Fill it with das_bank_parameters_init().
typedef struct {
  // Cells of the power spectra that come in, 2 to 4194305: the bins of das_spectra_shape.
  uint64_t bins;
  // Hertz from one cell to the next, above 0, up to 1e6.
  double bin_width_hz;
  // Lower edge of the first band; default 0.
  double min_hz;
  // Upper edge of the last band, at most the frequency of the last cell; default that.
  double max_hz;
  // Number of bands, 1 to 4096; default 40.
  uint32_t bands;
  // A das_band_scale; default DAS_BAND_SCALE_MEL_SLANEY.
  uint32_t scale;
  // A das_band_norm; default DAS_BAND_NORM_AREA.
  uint32_t norm;
} das_bank_parameters;

// Told how far a batch is: files that are done, all files, and the share of the work from 0 to 1. Called on the thread that
// called das_batch(), with its `user`. Return 0 to go on, anything else to stop.
typedef int (*das_progress)(void *user, uint64_t files_done, uint64_t files, double share);

// How spectra are made. Fill it with das_transform_init(); NULL means the defaults.
typedef struct {
  // Frames in one window, a power of two from 64 to 65536; default 2048. A spectrum has half of it and one cells.
  uint32_t window_length_frames;
  // Frames from one window to the next, 1 to the window length; default 512.
  uint32_t hop_frames;
  // A das_window.
  uint32_t window;
  // Beta of a Kaiser window, 0 to 100; default 0.
  float kaiser_beta;
} das_transform;

// Which files are accepted. Fill it with das_limits_init(); NULL means the defaults.
typedef struct {
  // Largest file; default 4 GiB.
  uint64_t max_bytes;
  // Longest recording; default 86400, a day.
  double max_duration_s;
  // Most channels; default 32.
  uint32_t max_channels;
  // Highest rate; default 768000.
  uint32_t max_sample_rate_hz;
} das_limits;

// What the header of a file says.
typedef struct {
  // Frames that the header promises, 0 where it does not say.
  uint64_t frames;
  // Frames per second.
  uint32_t sample_rate_hz;
  // Number of channels.
  uint32_t channels;
  // Bits of one sample, 0 where the codec does not state them.
  uint32_t bits_per_sample;
  // Always 0.
  uint32_t reserved;
} das_stream_info;

// One section of a filter.
typedef struct {
  // Corner, centre, or middle of the slope: between 0 and half the rate, both excluded.
  double frequency_hz;
  // Quality factor; for a shelf the slope, above 0, up to 1, where it is as steep as it gets without overshoot; ignored by
  // the first-order high-pass.
  double q;
  // Gain of a peak or a shelf, -120 to 120; ignored by the others.
  double gain_db;
  // A das_filter_shape.
  uint32_t shape;
} das_section;

// What a linear-phase filter does.
typedef struct {
  // Begin of the band; ignored by the low-pass.
  double low_hz;
  // End of the band; ignored by the high-pass.
  double high_hz;
  // How far the rest is down, 21 to 300 dB.
  double attenuation_db;
  // Width of each slope, with its middle at the end of the band: above 0, below half the rate.
  double transition_hz;
  // Frames per second, up to 1e9.
  double sample_rate_hz;
  // A das_band.
  uint32_t band;
} das_fir_parameters;

// What a sound was multiplied by.
typedef struct {
  // The gain.
  double gain_db;
  // How far the ceiling keeps the sound below the target; 0 where it does not.
  double short_db;
} das_gain;

// One sound of a mix.
typedef struct {
  // One or two channels, of the same rate as all others.
  const das_sound *sound;
  // Gain, -120 to 120 dB.
  double gain_db;
  // From -1 (left) to 1 (right): constant power for one channel, balance for two.
  double pan;
  // Frames of the mix before the sound begins.
  uint64_t start_frame;
} das_track;

// Shape of a das_sound.
typedef struct {
  // Frames of every channel.
  uint64_t frames;
  // Frames per second.
  uint32_t sample_rate_hz;
  // Number of channels.
  uint32_t channels;
} das_sound_shape;

// Shape of das_spectra.
typedef struct {
  // Number of spectra; frame i is centred on sample i x hop of the sound.
  uint64_t frames;
  // Cells of one spectrum: half the window length and one.
  uint64_t bins;
  // Hertz from one cell to the next; cell 0 is 0 Hz.
  double bin_width_hz;
  // Seconds from one spectrum to the next.
  double hop_s;
  // Rate of the sound.
  uint32_t sample_rate_hz;
  // The das_window.
  uint32_t window;
} das_spectra_shape;

// A sine whose frequency grows exponentially (Farina 2000), with the lengths at which harmonics keep their phase (Novak 2015).
// Fill it with das_sweep_parameters_init(); NULL means the defaults.
typedef struct {
  // First frequency, above 0; default 20.
  double start_hz;
  // Last frequency, above the first, at most half the rate; default 20000.
  double end_hz;
  // About the length, at most 16777216 frames; default 10. It is rounded so that start_hz L is whole, where the frequency
  // grows by the factor e in L seconds.
  double duration_s;
  // Frames per second, 100 to 768000; default 48000.
  uint32_t sample_rate_hz;
} das_sweep_parameters;

// How two recordings are compared. Fill it with das_transfer_parameters_init(); NULL means the defaults.
typedef struct {
  // Frames by which the response lags behind the reference; they are taken out before the comparison. Negative where the
  // response is ahead. A lag that stays in lowers the coherence. Default 0.
  int64_t lag_frames;
  // Frames N of one segment, 16 to 16777216; default 4096. Segments must be several times longer than the delay and the
  // ringing of the system.
  uint32_t segment_frames;
  // Frames from one segment to the next, 1 to N; default 2048.
  uint32_t hop_frames;
  // A das_window.
  uint32_t window;
  // Beta of a Kaiser window, 0 to 100; default 0.
  float kaiser_beta;
} das_transfer_parameters;

// Shape of a das_transfer.
typedef struct {
  // Bins of each estimate: N / 2 + 1.
  uint64_t bins;
  // Frames of one segment and of the impulse response: N.
  uint64_t segment_frames;
  // Segments that were averaged. With n independent ones the standard deviation of |H| relative to itself is about
  // sqrt((1 - coherence) / (2 n coherence)).
  uint64_t segments;
  // Frames by which the response lags behind the reference, with the lag of the parameters: the place of the largest
  // sample of the impulse response. A second comparison with this lag has the best coherence.
  int64_t lag_frames;
  // Hertz from one bin to the next; bin 0 is 0 Hz.
  double bin_width_hz;
} das_transfer_shape;

// What counts as silence. Fill it with das_silence_init(); NULL means the defaults at the rate of the sound.
typedef struct {
  // A frame is loud when a sample of any channel is above this, -200 to 0; default -60.
  double threshold_dbfs;
  // Loud frames that are less than this apart belong to one event: a wave passes through zero; default 50 ms.
  uint64_t gap_frames;
  // Events that are shorter than this, from their first to their last loud frame, are clicks and do not count; default 1 ms.
  uint64_t hold_frames;
  // Silence that is kept before the first and after the last event; default 10 ms.
  uint64_t padding_frames;
} das_silence;

// What a window does to levels (Harris 1978, "On the use of windows for harmonic analysis").
typedef struct {
  // Mean of the coefficients.
  double coherent_gain;
  // Bins of white noise that one bin collects.
  double noise_bandwidth_bins;
  // How much lower a sine half way between two bins appears than one on a bin.
  double scalloping_loss_db;
} das_window_figures;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Plans the analysis of sound of that rate and number of channels. `bits_per_sample` is that of the source, 0 if unknown:
// where clipping begins depends on it. `parameters` may be NULL.
das_status das_analysis_new(uint32_t sample_rate_hz,
                            uint32_t channels,
                            uint32_t bits_per_sample,
                            const das_parameters *parameters,
                            das_analysis **analysis);

// Takes `frames` frames of interleaved sound. How a sound is cut into pieces does not matter. A sample that is NaN, infinite
// or above 1e9 is DAS_STATUS_NOT_FINITE and ends the analysis.
das_status das_analysis_push(das_analysis *analysis,
                             const float *interleaved,
                             size_t frames);

// Paints the spectrogram of what was pushed so far into the PNG file `output`. `picture` may be NULL.
das_status das_analysis_save_spectrogram(const das_analysis *analysis,
                                         const char *output,
                                         const das_picture *picture);

// Ends the analysis and hands out its document, as das_analyze_sound() makes it. Without a single frame it is
// DAS_STATUS_REFUSED. Afterwards the handle is only good for das_analysis_free().
das_status das_analysis_finish(das_analysis *analysis, das_text **json);

// Gives an analysis back, finished or not.
void das_analysis_free(das_analysis *analysis);

// Writes the parameters of 40 mel bands over spectra of `bins` cells every `bin_width_hz` hertz to *parameters.
das_status das_bank_parameters_init(uint64_t bins,
                                    double bin_width_hz,
                                    das_bank_parameters *parameters);

// Plans the bands. One that is so narrow that no cell lies in it is DAS_STATUS_INVALID_ARGUMENT: fewer bands or longer windows are
// needed.
das_status das_bank_new(const das_bank_parameters *parameters,
                        das_bank **bank);

// Writes the frequency at which each band is highest to `centers_hz`; `bands` must be their number.
das_status das_bank_read_centers(const das_bank *bank, double *centers_hz, size_t bands);

// Writes one value per band to `values`: the sum of its weights times the powers of the cells, of one spectrum as
// das_spectra_read() and das_stft_read() write it. The unit is that of the powers, with DAS_BAND_NORM_AREA that of powers per
// hertz. `bins` and `bands` must be those of the parameters.
das_status das_bank_apply(const das_bank *bank,
                          const float *power,
                          size_t bins,
                          float *values,
                          size_t bands);

// Gives a bank back.
void das_bank_free(das_bank *bank);

// Runs a list of operations over a list of files. Every file is decoded once; files are worked on in threads. `request` is
// JSON:
//
//     {"files": ["a.flac", "b.mp3"], "output_folder": "out", "threads": 0,
//      "operations": [{"operation": "spectrogram", "width": 1024, "height": 512, "palette": "magma"},
//                     {"operation": "resampling", "rate_hz": 32000, "encoding": "pcm16"},
//                     {"operation": "mixing"}, {"operation": "fft"}, {"operation": "analysis"}],
//      "parameters": {"hop_frames": 512}, "limits": {"max_duration_s": 3600}}
//
// Everything but files, operations and output_folder may be left out; unknown keys are refused. The outcome is JSON too,
// with one entry for each file and operation, in order, that has either "output", the path of what was written, or
// "problem" with "code" and "message". A file that fails leaves the others alone, and the status is DAS_STATUS_OK; it is
// not only where the request itself is bad (DAS_STATUS_INVALID_ARGUMENT) and nothing was done. After a stop, by the
// callback or by `cancel`, what was not done has the problem "cancelled". `progress` and `cancel` may be NULL.
das_status das_batch(const char *request,
                     das_progress progress,
                     void *user,
                     const das_cancel *cancel,
                     das_text **outcome);

// A sentence in English about the last failure on this thread; empty if there was none. Successful calls keep it. The
// text is UTF-8, belongs to the library, and is valid until the next failure on this thread or the thread's end.
const char *das_last_error_message(void);

// The stable machine-readable name of the last failure on this thread, finer than its status: "truncated", "corrupt",
// "not_audio", "unsupported_codec", "too_long", "sample_rate" and so on; empty if there was none. Life as of
// das_last_error_message().
const char *das_last_error_code(void);

// Name of a das_status, for example "null_pointer"; "unknown" for other numbers. The text is static.
const char *das_status_name(int32_t status);

// Makes a flag that is not set.
das_status das_cancel_new(das_cancel **cancel);

// Sets the flag, for good: what runs with it stops at its next block of sound. Never waits.
das_status das_cancel_set(das_cancel *cancel);

// Gives a flag back; not while a call runs with it.
void das_cancel_free(das_cancel *cancel);

// Plans the pitch classes of spectra of `bins` cells, 2 to 4194305, every `bin_width_hz` hertz, above 0, up to 1e6. `tuning_cents`,
// -1200 to 1200, is how much higher than 440 Hz the A of the music is.
das_status das_chroma_new(uint64_t bins,
                          double bin_width_hz,
                          double tuning_cents,
                          das_chroma **chroma);

// Writes the power of every pitch class, 0 = C to 11 = B, in one spectrum, as das_spectra_read() and das_stft_read() write it,
// to `values`. Octaves from 110 Hz to 7 kHz count most. `bins` must be that of the plan, `classes` 12.
das_status das_chroma_apply(const das_chroma *chroma,
                            const float *power,
                            size_t bins,
                            float *values,
                            size_t classes);

// Gives a plan back.
void das_chroma_free(das_chroma *chroma);

// Plans the transform. `transform` may be NULL; its window may have any number of frames from 2 to 65536 here. A window and hop
// whose last frames would take more than 536870912 values are DAS_STATUS_TOO_LARGE.
das_status das_complex_stft_new(const das_transform *transform,
                                das_complex_stft **stft);

// Takes `length` samples; spectra that became complete wait for das_complex_stft_read(). Samples are not checked: NaN in is NaN
// out. While more than 16777216 values are unread it is DAS_STATUS_STATE.
das_status das_complex_stft_push(das_complex_stft *stft,
                                 const float *samples,
                                 size_t length);

// Ends the sound: the remaining spectra, 1 + samples / hop in all, rounded up, wait for das_complex_stft_read(). Where the hop
// does not divide the length that is one more than of das_stft, so that the sound can be recovered to its end.
das_status das_complex_stft_finish(das_complex_stft *stft);

// Moves up to `capacity` spectra to `spectra`, which has room for `length` numbers, and writes their number to *frames: 0 where
// more must be pushed first, and after the end. A spectrum is X[k] = sum of w[n] x[n] exp(-2 pi i k n / N) for k = 0 to N / 2,
// unnormalized, n counted from the start of the frame: real and imaginary part of one bin after the other, 2 (N / 2 + 1)
// numbers; `length` must be that times `capacity`. Frame i is centred on sample i x hop.
das_status das_complex_stft_read(das_complex_stft *stft,
                                 float *spectra,
                                 size_t length,
                                 size_t capacity,
                                 size_t *frames);

// Gives a transform back.
void das_complex_stft_free(das_complex_stft *stft);

// Plans the convolution with `count` taps, 1 to 4194304: the first has no delay. Few are summed up, many go through
// transforms.
das_status das_convolver_new(const double *taps,
                             size_t count,
                             das_convolver **convolver);

// Takes `length` samples; what became complete waits for das_convolver_read(). Samples are not checked: NaN in is NaN out, for
// as long as the filter. While more than 16777216 samples are unread it is DAS_STATUS_STATE.
das_status das_convolver_push(das_convolver *convolver,
                              const float *samples,
                              size_t length);

// Ends the sound: the rest waits for das_convolver_read(). N samples and L taps give N + L - 1 samples in all, and none for
// none. A linear-phase filter delays by (L - 1) / 2 frames: leave out as many at the start, and keep N, to stay aligned.
das_status das_convolver_finish(das_convolver *convolver);

// Moves up to `capacity` samples to `samples` and writes their number to *count: 0 where more must be pushed first, and after
// the end.
das_status das_convolver_read(das_convolver *convolver,
                              float *samples,
                              size_t capacity,
                              size_t *count);

// Gives a convolver back.
void das_convolver_free(das_convolver *convolver);

// Opens the file `path` and checks its header against `limits`, which may be NULL.
das_status das_decoder_open(const char *path, const das_limits *limits, das_decoder **decoder);

// As das_decoder_open() for the `length` bytes of a file in memory, which are copied.
das_status das_decoder_open_memory(const uint8_t *bytes,
                                   size_t length,
                                   const das_limits *limits,
                                   das_decoder **decoder);

// Writes what the header says to *info.
das_status das_decoder_get_info(const das_decoder *decoder, das_stream_info *info);

// Everything the header says as JSON: container, codec, sample_rate_hz, channels, bits_per_sample, frames, and tags, a list
// of {"key", "value"}.
das_status das_decoder_describe(const das_decoder *decoder,
                                das_text **json);

// Decodes `capacity` frames of interleaved sound into `interleaved` (room for capacity x channels samples) and writes their
// number to *frames: fewer only where the sound ends, 0 only at the end of a whole file or where the capacity is 0. A file
// that turns out to be damaged or cut off is DAS_STATUS_REFUSED, after the sound before the damage; later calls then
// fail with DAS_STATUS_STATE.
das_status das_decoder_read(das_decoder *decoder,
                            float *interleaved,
                            size_t capacity,
                            size_t *frames);

// Gives a decoder back and closes its file.
void das_decoder_free(das_decoder *decoder);

// Makes a new sound whose samples are rounded to `bits` bits, 2 to 24, with triangular dither of +-1 LSB added before: the error
// has mean 0 and a power that does not depend on the sound. Samples become multiples of an LSB = 2^(1 - bits), from -1 to 1 -
// LSB, which das_sound_save() writes with so many bits as they are. `shaping` is a das_shaping. The noise is a function of
// `seed` alone; channel c has the seed `seed` + c.
das_status das_dither(const das_sound *sound,
                      uint32_t bits,
                      uint32_t shaping,
                      uint64_t seed,
                      das_sound **dithered);

// Makes a new sound that is faded in over its first `in_frames` frames, by the das_curve `in_curve`, and out over its last
// `out_frames`; 0 for none. The gain of frame n of a fade in of N frames is that of t = n / N: the first frame is silent, the
// first behind it whole; the last frame of a fade out is silent. A fade that is longer than the sound is
// DAS_STATUS_INVALID_ARGUMENT.
das_status das_fade(const das_sound *sound,
                    uint32_t in_curve,
                    uint64_t in_frames,
                    uint32_t out_curve,
                    uint64_t out_frames,
                    das_sound **faded);

// Plans transforms of `length` samples, any number from 1 to 67108864; powers of two and products of small primes are the
// fastest.
das_status das_fft_new(size_t length,
                       das_fft **fft);

// Writes X[k] = sum of x[n] exp(-2 pi i k n / N) for k = 0 to N / 2 to `spectrum`: real and imaginary part of one bin after
// the other, 2 (N / 2 + 1) numbers, unnormalized. `samples` must be N, `values` the length of `spectrum`.
das_status das_fft_forward(das_fft *fft,
                           const float *signal,
                           size_t samples,
                           float *spectrum,
                           size_t values);

// Writes the N samples whose bins are given, as das_fft_forward() writes them, to `signal`. Scaled by 1 / N: it undoes
// das_fft_forward(). The imaginary parts of bin 0 and, where N is even, of bin N / 2 belong to no real signal and are
// taken as zero.
das_status das_fft_inverse(das_fft *fft,
                           const float *spectrum,
                           size_t values,
                           float *signal,
                           size_t samples);

// Writes |X[k]|^2 for k = 0 to N / 2, unnormalized, to `power`. `samples` must be N, `bins` N / 2 + 1.
das_status das_fft_power(das_fft *fft, const float *signal, size_t samples, float *power, size_t bins);

// Gives a transform back.
void das_fft_free(das_fft *fft);

// Plans `count` sections, 0 to 4096, in the order in which sound passes them; none lets it pass untouched. Each channel of a
// sound needs a filter of its own.
das_status das_filter_new(const das_section *sections,
                          size_t count,
                          double sample_rate_hz,
                          das_filter **filter);

// Filters the next `length` samples of the stream in place. How a sound is cut into pieces does not matter. A sample that is
// NaN or infinite is taken as silence.
das_status das_filter_process(das_filter *filter,
                              float *samples,
                              size_t length);

// Forgets the stream: what follows is filtered as if it were the first.
das_status das_filter_reset(das_filter *filter);

// Writes the response at a frequency, 0 to half the rate, to *real and *imaginary: the absolute value is the gain, the
// argument the phase. It may be called while another thread is inside das_filter_process().
das_status das_filter_get_response(const das_filter *filter,
                                   double frequency_hz,
                                   double *real,
                                   double *imaginary);

// Gives a filter back.
void das_filter_free(das_filter *filter);

// Designs the taps of a linear-phase filter under a Kaiser window: attenuation and slope decide how many there are, an odd
// number up to 4194304. They are symmetric: the delay is half of their number less one. The number goes to *count; `taps`
// has room for `capacity`, and a capacity of 0 asks for the number alone. Less room than that is
// DAS_STATUS_INVALID_ARGUMENT.
das_status das_fir_design(const das_fir_parameters *parameters,
                          double *taps,
                          size_t capacity,
                          size_t *count);

// Writes the response of `count` taps at a frequency, 0 to half the rate, to *real and *imaginary: the absolute value is the
// gain, the argument the phase.
das_status das_fir_get_response(const double *taps,
                                size_t count,
                                double frequency_hz,
                                double sample_rate_hz,
                                double *real,
                                double *imaginary);

// Plans the way back from what das_complex_stft makes with the same `transform`, which may be NULL. `synthesis` is a
// das_synthesis. Windows and hops that it cannot undo are DAS_STATUS_INVALID_ARGUMENT: for DAS_SYNTHESIS_OVERLAP_ADD a sum of
// windows that varies by more than 1e-5 of its mean, for both samples of less than 1e-4 of the largest weight.
das_status das_inverse_stft_new(const das_transform *transform,
                                uint32_t synthesis,
                                das_inverse_stft **stft);

// Takes `frames` spectra as das_complex_stft_read() writes them, 2 (N / 2 + 1) numbers each; samples that no later spectrum can
// change wait for das_inverse_stft_read(). Numbers are not checked: NaN in is NaN out, for as long as the window. While more
// than 16777216 samples are unread it is DAS_STATUS_STATE.
das_status das_inverse_stft_push(das_inverse_stft *stft,
                                 const float *spectra,
                                 size_t frames);

// Ends the sound: the rest of `samples` samples in all waits for das_inverse_stft_read(). They may end anywhere up to the
// centre of the last frame, and behind it as far as its window has weight. A number that the spectra do not hold, or of which
// more has become complete, is DAS_STATUS_INVALID_ARGUMENT and changes nothing.
das_status das_inverse_stft_finish(das_inverse_stft *stft,
                                   uint64_t samples);

// Moves up to `capacity` samples to `samples` and writes their number to *count: 0 where more must be pushed first, and after
// the end.
das_status das_inverse_stft_read(das_inverse_stft *stft,
                                 float *samples,
                                 size_t capacity,
                                 size_t *count);

// Gives a transform back.
void das_inverse_stft_free(das_inverse_stft *stft);

// Plans the first `coefficients` coefficients, 1 to the number of bands, of the bands of `parameters`.
das_status das_mfcc_new(const das_bank_parameters *parameters, size_t coefficients, das_mfcc **mfcc);

// Writes the coefficients of one spectrum, as das_spectra_read() and das_stft_read() write it, to `values`: bands in decibels,
// at least -100, then the orthonormal DCT-II. The unit is the decibel; there is no liftering and no pre-emphasis, and no
// energy in place of the first. `bins` and `coefficients` must be those of the plan.
das_status das_mfcc_apply(das_mfcc *mfcc,
                          const float *power,
                          size_t bins,
                          float *values,
                          size_t coefficients);

// Gives a plan back.
void das_mfcc_free(das_mfcc *mfcc);

// Makes a new sound that has the level `level` in the unit of the das_target `target`, or less where its peak would pass
// `ceiling_level` in the unit of the das_ceiling `ceiling`. One gain for the whole sound, nothing is limited or compressed.
// Levels are -120 to 20; `ceiling_level` is ignored without a ceiling. The gain goes to *gain, unless that is NULL. Silence
// (for loudness: nothing above -70 LUFS, or less than 0.4 s), a gain of more than 120 dB either way, and loudness below a
// rate of 4000 Hz are DAS_STATUS_REFUSED; a result above 1e9 is DAS_STATUS_NOT_FINITE.
das_status das_normalize(const das_sound *sound,
                         uint32_t target,
                         double level,
                         uint32_t ceiling,
                         double ceiling_level,
                         das_sound **normalized,
                         das_gain *gain);

// Makes a new sound whose channels have a mean of 0: that of each is subtracted, nothing else changes. The means go to `means`,
// one per channel, unless that is NULL; `count` must be the number of channels, or 0 with NULL. For a stream, see
// DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS.
das_status das_remove_dc(const das_sound *sound,
                         das_sound **removed,
                         double *means,
                         size_t count);

// Computes the spectrogram of the file `input` and paints it into the PNG file `output`, which is replaced when the new one
// is whole. Memory does not grow with the length of the file. `picture`, `parameters` and `limits` may be NULL.
das_status das_save_spectrogram(const char *input,
                                const char *output,
                                const das_picture *picture,
                                const das_parameters *parameters,
                                const das_limits *limits);

// Makes a new sound at the rate `rate_hz`, 100 to 768000 and at most 256 times more or less: F frames become exactly
// ceil(F x to / from), without delay. `quality` is a das_quality. The same rate gives the same samples.
das_status das_do_resampling(const das_sound *sound,
                             uint32_t rate_hz,
                             uint32_t quality,
                             das_sound **resampled);

// Makes a new sound of one or two channels out of all channels. `to` is a das_mix, `scale` a das_scale; the loudspeaker of a
// channel is told by the number of channels, in the order of WAV files (6: L R C LFE Ls Rs).
das_status das_do_mixing(const das_sound *sound,
                         uint32_t to,
                         uint32_t scale,
                         das_sound **mixed);

// Mixes `count` sounds, 1 to 4096, to a new one in stereo, as long as the one that ends last, and turns the sum down as far as
// its loudest sample must be to stay at or under `ceiling_dbfs`, never up. What it was turned down by, 0 or less, goes to
// *headroom_db, unless that is NULL.
das_status das_mix_sounds(const das_track *tracks,
                          size_t count,
                          double ceiling_dbfs,
                          das_sound **mixed,
                          double *headroom_db);

// Makes the power spectra of the mono mix of a sound, at its own rate: F frames give 1 + F / hop spectra, frame i centred on
// sample i x hop, with zeros before the start and after the end. `transform` may be NULL.
das_status das_do_fft(const das_sound *sound,
                      const das_transform *transform,
                      das_spectra **spectra);

// Analyses spectra: a JSON document of their shape ("stft") and statistics ("spectral": centroid, bandwidth, roll-off,
// flatness, strongest partial).
das_status das_do_analysis(const das_spectra *spectra,
                           das_text **json);

// Analyses the file `input` as the server does: the JSON document of dsp/schema. Memory does not grow with the length of the
// file. `parameters` and `limits` may be NULL.
das_status das_analyze_file(const char *input,
                            const das_parameters *parameters,
                            const das_limits *limits,
                            das_text **json);

// Analyses sound in memory: the same document; its source is "memory", with the SHA-256 of the interleaved little-endian
// samples. Sound without frames is DAS_STATUS_REFUSED. `parameters` may be NULL.
das_status das_analyze_sound(const das_sound *sound,
                             const das_parameters *parameters,
                             das_text **json);

// Writes the default parameters to *parameters.
das_status das_parameters_init(das_parameters *parameters);

// Writes the default limits to *limits.
das_status das_limits_init(das_limits *limits);

// Writes the default picture to *picture.
das_status das_picture_init(das_picture *picture);

// Writes the default transform to *transform.
das_status das_transform_init(das_transform *transform);

// Plans the conversion of sound with that number of channels; rates are 100 to 768000 and at most 256 times apart. `quality`
// is a das_quality.
das_status das_resampler_new(uint32_t from_hz,
                             uint32_t to_hz,
                             uint32_t channels,
                             uint32_t quality,
                             das_resampler **resampler);

// Takes `frames` frames of interleaved sound; what became complete waits for das_resampler_read(). Samples are not checked:
// NaN in is NaN out, for as long as the filter. While more than 16777216 samples are unread it is DAS_STATUS_STATE.
das_status das_resampler_push(das_resampler *resampler,
                              const float *interleaved,
                              size_t frames);

// Ends the sound: the rest, up to the exact length ceil(frames x to / from), waits for das_resampler_read().
das_status das_resampler_finish(das_resampler *resampler);

// Moves up to `capacity` frames of converted sound to `interleaved` (room for capacity x channels samples) and writes their
// number to *frames: 0 where more must be pushed first, and after the end.
das_status das_resampler_read(das_resampler *resampler,
                              float *interleaved,
                              size_t capacity,
                              size_t *frames);

// Gives a resampler back.
void das_resampler_free(das_resampler *resampler);

// Copies `frames` frames of interleaved sound (frames x channels samples, full scale +-1.0) into a new das_sound. `frames`
// may be 0. A sample that is NaN, infinite or above 1e9 is DAS_STATUS_NOT_FINITE.
das_status das_sound_new(uint32_t sample_rate_hz,
                         uint32_t channels,
                         const float *interleaved,
                         size_t frames,
                         das_sound **sound);

// Decodes the whole file `path` (WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC, ALAC) into a new das_sound. A damaged file is
// DAS_STATUS_REFUSED, not sound with a gap; one of more than 536870912 samples is DAS_STATUS_TOO_LARGE. `limits` may be
// NULL.
das_status das_sound_load(const char *path,
                          const das_limits *limits,
                          das_sound **sound);

// Writes the sound as WAV file `path`, in a das_encoding. Where a file is there, it is replaced when the new one is whole.
// Samples that integers do not hold are limited; their number goes to *limited_samples, unless that is NULL.
das_status das_sound_save(const das_sound *sound,
                          const char *path,
                          uint32_t encoding,
                          uint64_t *limited_samples);

// Writes rate, channels and frames to *shape.
das_status das_sound_get_shape(const das_sound *sound, das_sound_shape *shape);

// Copies `frames` samples of one channel, from 0, beginning at frame `first`, to `samples`. All of them must be there:
// first + frames <= frames of the sound.
das_status das_sound_read(const das_sound *sound,
                          uint32_t channel,
                          uint64_t first,
                          float *samples,
                          size_t frames);

// Gives a sound back.
void das_sound_free(das_sound *sound);

// Writes the shape of the spectra to *shape.
das_status das_spectra_get_shape(const das_spectra *spectra, das_spectra_shape *shape);

// Copies the spectrum of one frame to `power`; `bins` must be that of the shape. Powers are linear: a sine of amplitude 1.0
// on a cell has power 1.0 (10 log10 of it is its level in dBFS); DC and half the rate have amplitude squared.
das_status das_spectra_read(const das_spectra *spectra,
                            uint64_t frame,
                            float *power,
                            size_t bins);

// Gives spectra back.
void das_spectra_free(das_spectra *spectra);

// Plans the transform. `transform` may be NULL. A window and hop whose last frames would take more than 536870912 cells are
// DAS_STATUS_TOO_LARGE.
das_status das_stft_new(const das_transform *transform,
                        das_stft **stft);

// Takes `length` samples; spectra that became complete wait for das_stft_read(). Samples are not checked: NaN in is NaN out.
// While more than 16777216 cells are unread it is DAS_STATUS_STATE.
das_status das_stft_push(das_stft *stft,
                         const float *samples,
                         size_t length);

// Ends the sound: the remaining spectra, 1 + samples / hop in all, wait for das_stft_read().
das_status das_stft_finish(das_stft *stft);

// Moves up to `capacity` spectra to `power`, which has room for `length` cells, and writes their number to *frames: 0 where
// more must be pushed first, and after the end. A spectrum has window length / 2 + 1 cells, scaled as das_spectra_read()
// says; `length` must be that times `capacity`.
das_status das_stft_read(das_stft *stft,
                         float *power,
                         size_t length,
                         size_t capacity,
                         size_t *frames);

// Gives a transform back.
void das_stft_free(das_stft *stft);

// Writes the default parameters to *parameters.
das_status das_sweep_parameters_init(das_sweep_parameters *parameters);

// Makes the sweep: one channel of amplitude 1. `parameters` may be NULL.
das_status das_sweep_new(const das_sweep_parameters *parameters, das_sound **sound);

// Makes the impulse response of a system out of one channel of a recording of the sweep of these parameters: the spectrum of
// the recording divided by that of the sweep, faded in and out within a sixth of an octave at both ends of its band. Time 0
// is frame *origin of the result; the responses of harmonics stand before it, see das_sweep_get_harmonic_lead(). A recording
// that is shorter than the sweep or silent is DAS_STATUS_REFUSED, another rate DAS_STATUS_INVALID_ARGUMENT, as are sweep and
// recording of more than 67108864 frames together. `parameters` and `origin` may be NULL.
das_status das_sweep_impulse_response(const das_sweep_parameters *parameters,
                                      const das_sound *recorded,
                                      uint32_t recorded_channel,
                                      das_sound **impulse,
                                      uint64_t *origin);

// Writes the seconds by which the response of a harmonic comes before the linear one, L ln(harmonic), to *lead_s. `parameters`
// may be NULL.
das_status das_sweep_get_harmonic_lead(const das_sweep_parameters *parameters,
                                       uint32_t harmonic,
                                       double *lead_s);

// The characters of a text, with a zero byte behind the last. They belong to the text and live as long. NULL for no text.
const char *das_text_data(const das_text *text);

// Writes the number of bytes of a text, without the zero byte, to *length.
das_status das_text_length(const das_text *text, size_t *length);

// Gives a text back.
void das_text_free(das_text *text);

// Writes the default parameters to *parameters.
das_status das_transfer_parameters_init(das_transfer_parameters *parameters);

// Compares one channel of `response` with one of `reference`, as far as both reach, by Welch's method: spectra are averaged
// over segments, no mean is subtracted, an incomplete segment is left out. Rates that differ are DAS_STATUS_INVALID_ARGUMENT;
// less sound than two segments, and a silent channel, are DAS_STATUS_REFUSED. `parameters` may be NULL.
das_status das_transfer_new(const das_sound *reference,
                            uint32_t reference_channel,
                            const das_sound *response,
                            uint32_t response_channel,
                            const das_transfer_parameters *parameters,
                            das_transfer **transfer);

// Writes the shape of the estimates to *shape.
das_status das_transfer_get_shape(const das_transfer *transfer, das_transfer_shape *shape);

// Writes H1 = Sxy / Sxx, the estimate that noise in the response does not bias, to `response`: real and imaginary part of one
// bin after the other. Both are NaN where the reference has no energy: more than 130 dB below its strongest bin. `values`
// must be 2 bins.
das_status das_transfer_read_h1(const das_transfer *transfer,
                                double *response,
                                size_t values);

// Writes H2 = Syy / Syx, the estimate that noise in the reference does not bias, as das_transfer_read_h1() writes H1. NaN also
// where the two recordings have nothing in common.
das_status das_transfer_read_h2(const das_transfer *transfer,
                                double *response,
                                size_t values);

// Writes the magnitude-squared coherence |Sxy|^2 / (Sxx Syy) of every bin to `coherence`: 0 to 1, the share of the response
// that the reference explains; NaN where one of them has no energy. `bins` must be that of the shape.
das_status das_transfer_read_coherence(const das_transfer *transfer,
                                       double *coherence,
                                       size_t bins);

// Writes the impulse response behind H1 to `samples`: the first is time 0 (after the lag of the parameters), the second half
// stands for negative times. Bins without energy count as 0. `frames` must be segment_frames of the shape.
das_status das_transfer_read_impulse(const das_transfer *transfer,
                                     float *samples,
                                     size_t frames);

// Gives a transfer function back.
void das_transfer_free(das_transfer *transfer);

// Writes the defaults at a rate to *silence.
das_status das_silence_init(uint32_t sample_rate_hz, das_silence *silence);

// Makes a new sound without the silence at the ends of `sound`; one without frames where there is nothing else. The frame with
// which it begins goes to *first_frame, unless that is NULL. `silence` may be NULL.
das_status das_trim(const das_sound *sound,
                    const das_silence *silence,
                    das_sound **trimmed,
                    uint64_t *first_frame);

// DAS_ABI_VERSION of the library that is loaded: compare it with that of the header before anything else.
uint32_t das_abi_version(void);

// Version of the engine, for example "0.1.0"; analysis documents name it. The text is static.
const char *das_version(void);

// Writes the `length` coefficients of a das_window to `coefficients`; the largest is 1. `beta` is that of a Kaiser window and
// ignored for the others.
das_status das_window_coefficients(uint32_t window,
                                   double beta,
                                   float *coefficients,
                                   size_t length);

// Writes what a das_window of `length` coefficients, 1 to 16777216, does to levels to *figures.
das_status das_window_get_figures(uint32_t window, double beta, size_t length, das_window_figures *figures);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DAS_H */
