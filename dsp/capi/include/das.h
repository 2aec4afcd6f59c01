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
 * THREADS. Every function may be called from every thread. das_sound, das_spectra and das_text never change: any number
 * of threads may read them at once. das_decoder, das_analysis, das_resampler, das_stft and das_fft carry a stream's
 * state: a call while another thread is inside one on the same handle returns DAS_STATUS_BUSY and changes nothing. A
 * handle may be freed when no other thread uses it. No C++ exception and no longjmp may cross a callback.
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
  // The recording is damaged, cut off, empty, of an unknown format, or passes a limit. das_last_error_code() says which.
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

// How the samples of a WAV file are written.
typedef enum {
  // 16-bit integers, rounded to the nearest and limited.
  DAS_ENCODING_PCM16 = 0,
  // 24-bit integers, rounded to the nearest and limited.
  DAS_ENCODING_PCM24 = 1,
  // 32-bit floating point, as they are.
  DAS_ENCODING_FLOAT32 = 2,
} das_encoding;

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
  // 64-bit: right to 1e-4 dB for every cell above -100 dBFS; about twice the time in the transforms.
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

// A flag that stops das_batch() from any thread.
typedef struct das_cancel das_cancel;

// Reads a file block by block, in memory that does not grow with its length.
typedef struct das_decoder das_decoder;

// A planned Fourier transform of N real samples, and its inverse.
typedef struct das_fft das_fft;

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

// Told how far a batch is: files that are done, all files, and the share of the work from 0 to 1. Called on the thread that
// called das_batch(), with its `user`. Return 0 to go on, anything else to stop.
typedef int (*das_progress)(void *user, uint64_t files_done, uint64_t files, double share);

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

// The characters of a text, with a zero byte behind the last. They belong to the text and live as long. NULL for no text.
const char *das_text_data(const das_text *text);

// Writes the number of bytes of a text, without the zero byte, to *length.
das_status das_text_length(const das_text *text, size_t *length);

// Gives a text back.
void das_text_free(das_text *text);

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
