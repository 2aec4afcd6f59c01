/* What every function does with nothing, with the wrong thing, and with too much. */
#include "check.h"

static void nothing(const char *file, const char *output) {
  float samples[8] = {0};
  size_t count = 0;
  uint64_t limited = 0;
  das_sound *a_sound = sound(8000, 100), *new_sound = NULL;
  das_text *text = NULL;
  das_sound_shape sound_shape;
  das_spectra_shape spectra_shape;
  das_stream_info info;

  FAILS(NULL_POINTER, das_text_length(NULL, &count));
  CHECK(das_text_data(NULL) == NULL);
  FAILS(NULL_POINTER, das_sound_new(8000, 1, NULL, 4, &new_sound));
  FAILS(NULL_POINTER, das_sound_new(8000, 1, samples, 4, NULL));
  FAILS(NULL_POINTER, das_sound_load(NULL, NULL, &new_sound));
  FAILS(NULL_POINTER, das_sound_load(file, NULL, NULL));
  FAILS(NULL_POINTER, das_sound_save(NULL, output, DAS_ENCODING_PCM16, &limited));
  FAILS(NULL_POINTER, das_sound_save(a_sound, NULL, DAS_ENCODING_PCM16, &limited));
  FAILS(NULL_POINTER, das_sound_get_shape(NULL, &sound_shape));
  FAILS(NULL_POINTER, das_sound_get_shape(a_sound, NULL));
  FAILS(NULL_POINTER, das_sound_read(NULL, 0, 0, samples, 8));
  FAILS(NULL_POINTER, das_sound_read(a_sound, 0, 0, NULL, 8));
  FAILS(NULL_POINTER, das_save_spectrogram(NULL, output, NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_save_spectrogram(file, NULL, NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_do_resampling(NULL, 32000, DAS_QUALITY_DB120, &new_sound));
  FAILS(NULL_POINTER, das_do_resampling(a_sound, 32000, DAS_QUALITY_DB120, NULL));
  FAILS(NULL_POINTER, das_do_mixing(NULL, DAS_MIX_MEAN, DAS_SCALE_UNITY, &new_sound));
  FAILS(NULL_POINTER, das_do_mixing(a_sound, DAS_MIX_MEAN, DAS_SCALE_UNITY, NULL));
  das_track track = {NULL, 0, 0, 0};
  FAILS(NULL_POINTER, das_mix_sounds(NULL, 1, 0, &new_sound, NULL));
  FAILS(NULL_POINTER, das_mix_sounds(&track, 1, 0, &new_sound, NULL));
  track.sound = a_sound;
  FAILS(NULL_POINTER, das_mix_sounds(&track, 1, 0, NULL, NULL));
  FAILS(NULL_POINTER, das_do_fft(NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_do_fft(a_sound, NULL, NULL));
  FAILS(NULL_POINTER, das_do_analysis(NULL, &text));
  FAILS(NULL_POINTER, das_analyze_file(NULL, NULL, NULL, &text));
  FAILS(NULL_POINTER, das_analyze_file(file, NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_analyze_sound(NULL, NULL, &text));
  FAILS(NULL_POINTER, das_analyze_sound(a_sound, NULL, NULL));
  FAILS(NULL_POINTER, das_spectra_get_shape(NULL, &spectra_shape));
  FAILS(NULL_POINTER, das_spectra_read(NULL, 0, samples, 8));
  FAILS(NULL_POINTER, das_cancel_new(NULL));
  FAILS(NULL_POINTER, das_cancel_set(NULL));
  FAILS(NULL_POINTER, das_batch(NULL, NULL, NULL, NULL, &text));
  FAILS(NULL_POINTER, das_batch("{}", NULL, NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_decoder_open(NULL, NULL, NULL));
  FAILS(NULL_POINTER, das_decoder_open(file, NULL, NULL));
  das_decoder *decoder = NULL;
  FAILS(NULL_POINTER, das_decoder_open_memory(NULL, 10, NULL, &decoder));
  FAILS(NULL_POINTER, das_decoder_get_info(NULL, &info));
  FAILS(NULL_POINTER, das_decoder_describe(NULL, &text));
  FAILS(NULL_POINTER, das_decoder_read(NULL, samples, 4, &count));
  FAILS(NULL_POINTER, das_analysis_new(8000, 1, 16, NULL, NULL));
  FAILS(NULL_POINTER, das_analysis_push(NULL, samples, 4));
  FAILS(NULL_POINTER, das_analysis_save_spectrogram(NULL, output, NULL));
  FAILS(NULL_POINTER, das_analysis_finish(NULL, &text));
  FAILS(NULL_POINTER, das_resampler_new(8000, 16000, 1, DAS_QUALITY_DB120, NULL));
  FAILS(NULL_POINTER, das_resampler_push(NULL, samples, 4));
  FAILS(NULL_POINTER, das_resampler_finish(NULL));
  FAILS(NULL_POINTER, das_resampler_read(NULL, samples, 4, &count));
  FAILS(NULL_POINTER, das_stft_new(NULL, NULL));
  FAILS(NULL_POINTER, das_stft_push(NULL, samples, 4));
  FAILS(NULL_POINTER, das_stft_finish(NULL));
  FAILS(NULL_POINTER, das_stft_read(NULL, samples, 4, 4, &count));
  FAILS(NULL_POINTER, das_fft_new(8, NULL));
  FAILS(NULL_POINTER, das_fft_forward(NULL, samples, 8, samples, 8));
  FAILS(NULL_POINTER, das_fft_inverse(NULL, samples, 8, samples, 8));
  FAILS(NULL_POINTER, das_fft_power(NULL, samples, 8, samples, 8));

  das_text_free(NULL);
  das_sound_free(NULL);
  das_spectra_free(NULL);
  das_cancel_free(NULL);
  das_decoder_free(NULL);
  das_analysis_free(NULL);
  das_resampler_free(NULL);
  das_stft_free(NULL);
  das_fft_free(NULL);
  CHECK(new_sound == NULL && text == NULL && decoder == NULL && limited == 0);
  das_sound_free(a_sound);
}

/* Handles of another kind, and memory that is none. */
static void wrong_kind(void) {
  das_sound *a_sound = sound(8000, 100);
  das_cancel *cancel = NULL;
  das_text *text = NULL;
  size_t count = 0;
  uint64_t zeros[4] = {0};
  OK(das_cancel_new(&cancel));
  FAILS(INVALID_HANDLE, das_text_length((const das_text *)a_sound, &count));
  FAILS(INVALID_HANDLE, das_do_analysis((const das_spectra *)a_sound, &text));
  FAILS(INVALID_HANDLE, das_resampler_finish((das_resampler *)cancel));
  FAILS(INVALID_HANDLE, das_cancel_set((das_cancel *)a_sound));
  FAILS(INVALID_HANDLE, das_cancel_set((das_cancel *)(void *)zeros));
  FAILS(INVALID_HANDLE, das_cancel_set((das_cancel *)(void *)((char *)cancel + 1)));
  das_decoder_free((das_decoder *)a_sound);
  das_sound_free((das_sound *)cancel);
  OK(das_cancel_set(cancel));
  das_cancel_free(cancel);
  das_sound_free(a_sound);
}

/* Numbers that are too large, too small, or none. */
static void numbers(const char *file, const char *output) {
  float samples[8] = {0};
  das_sound *made = NULL;
  FAILS(INVALID_ARGUMENT, das_sound_new(0, 1, samples, 8, &made));
  FAILS(INVALID_ARGUMENT, das_sound_new(99, 1, samples, 8, &made));
  FAILS(INVALID_ARGUMENT, das_sound_new(UINT32_MAX, 1, samples, 8, &made));
  FAILS(INVALID_ARGUMENT, das_sound_new(8000, 0, samples, 8, &made));
  FAILS(INVALID_ARGUMENT, das_sound_new(8000, 65, NULL, 0, &made));
  FAILS(TOO_LARGE, das_sound_new(8000, UINT32_MAX, samples, SIZE_MAX, &made));
  FAILS(TOO_LARGE, das_sound_new(8000, 1, samples, SIZE_MAX, &made));
  FAILS(TOO_LARGE, das_sound_new(8000, 2, samples, SIZE_MAX / 2 + 2, &made));
  for (int kind = 0; kind < 3; kind++) {
    samples[5] = kind == 0 ? NAN : kind == 1 ? INFINITY : -2e9f;
    FAILS(NOT_FINITE, das_sound_new(8000, 2, samples, 4, &made));
    CHECK(strstr(das_last_error_message(), "sample 2 of channel 1") != NULL);
  }
  samples[5] = 0;
  FAILS(INVALID_ARGUMENT, das_sound_new(8000, 1, (const float *)(const void *)((const char *)samples + 1), 4, &made));

  das_picture picture;
  OK(das_picture_init(&picture));
  const das_picture fine = picture;
  picture.width = 0;
  FAILS(INVALID_ARGUMENT, das_save_spectrogram(file, output, &picture, NULL, NULL));
  picture = fine, picture.height = UINT32_MAX;
  FAILS(INVALID_ARGUMENT, das_save_spectrogram(file, output, &picture, NULL, NULL));
  picture = fine, picture.palette = 99;
  FAILS(INVALID_ARGUMENT, das_save_spectrogram(file, output, &picture, NULL, NULL));
  picture = fine, picture.low_dbfs = NAN;
  FAILS(INVALID_ARGUMENT, das_save_spectrogram(file, output, &picture, NULL, NULL));
  picture = fine, picture.high_dbfs = INFINITY;
  FAILS(INVALID_ARGUMENT, das_save_spectrogram(file, output, &picture, NULL, NULL));

  das_parameters parameters;
  OK(das_parameters_init(&parameters));
  const das_parameters good = parameters;
  das_text *text = NULL;
  das_analysis *analysis = NULL;
  parameters.window_length_frames = 0;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.hop_frames = UINT32_MAX;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.window = UINT32_MAX;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.measures = 2;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.precision = 2;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.window = DAS_WINDOW_KAISER_PERIODIC, parameters.kaiser_beta = NAN;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, &parameters, NULL, &text));
  parameters = good, parameters.floor_dbfs = NAN;
  FAILS(INVALID_ARGUMENT, das_analysis_new(8000, 1, 0, &parameters, &analysis));
  FAILS(INVALID_ARGUMENT, das_analysis_new(0, 1, 0, NULL, &analysis));
  FAILS(INVALID_ARGUMENT, das_analysis_new(8000, UINT32_MAX, 0, NULL, &analysis));

  das_limits limits;
  OK(das_limits_init(&limits));
  limits.max_duration_s = NAN;
  FAILS(INVALID_ARGUMENT, das_analyze_file(file, NULL, &limits, &text));
  limits.max_duration_s = 0.1;
  FAILS(REFUSED, das_analyze_file(file, NULL, &limits, &text));
  CHECK(strcmp(das_last_error_code(), "too_long") == 0);

  das_transform transform;
  das_spectra *spectra = NULL;
  das_stft *stft = NULL;
  OK(das_transform_init(&transform));
  transform.hop_frames = 0;
  FAILS(INVALID_ARGUMENT, das_stft_new(&transform, &stft));
  das_sound *a_sound = sound(8000, 100);
  FAILS(INVALID_ARGUMENT, das_do_fft(a_sound, &transform, &spectra));
  transform.hop_frames = 1, transform.window_length_frames = 65536;
  FAILS(TOO_LARGE, das_stft_new(&transform, &stft));
  das_sound *resampled = NULL;
  FAILS(INVALID_ARGUMENT, das_do_resampling(a_sound, 0, DAS_QUALITY_DB120, &resampled));
  FAILS(INVALID_ARGUMENT, das_do_resampling(a_sound, UINT32_MAX, DAS_QUALITY_DB120, &resampled));
  FAILS(INVALID_ARGUMENT, das_do_resampling(a_sound, 16000, 4, &resampled));
  FAILS(INVALID_ARGUMENT, das_do_mixing(a_sound, 3, 0, &resampled));
  FAILS(INVALID_ARGUMENT, das_do_mixing(a_sound, 0, 2, &resampled));
  das_track track = {a_sound, 0, 0, 0};
  FAILS(INVALID_ARGUMENT, das_mix_sounds(&track, 0, 0, &resampled, NULL));
  FAILS(INVALID_ARGUMENT, das_mix_sounds(&track, SIZE_MAX, 0, &resampled, NULL));
  FAILS(INVALID_ARGUMENT, das_mix_sounds(&track, 1, NAN, &resampled, NULL));
  track.pan = 2;
  FAILS(INVALID_ARGUMENT, das_mix_sounds(&track, 1, 0, &resampled, NULL));
  track.pan = 0, track.gain_db = INFINITY;
  FAILS(INVALID_ARGUMENT, das_mix_sounds(&track, 1, 0, &resampled, NULL));
  track.gain_db = 0, track.start_frame = UINT64_MAX;
  FAILS(TOO_LARGE, das_mix_sounds(&track, 1, 0, &resampled, NULL));
  das_sound_free(a_sound);

  das_resampler *resampler = NULL;
  FAILS(INVALID_ARGUMENT, das_resampler_new(100, 768000, 1, DAS_QUALITY_DB120, &resampler));
  FAILS(INVALID_ARGUMENT, das_resampler_new(8000, 16000, 1, 9, &resampler));
  FAILS(INVALID_ARGUMENT, das_resampler_new(0, 8000, 1, DAS_QUALITY_DB120, &resampler));
  FAILS(INVALID_ARGUMENT, das_resampler_new(8000, UINT32_MAX, 1, DAS_QUALITY_DB120, &resampler));
  FAILS(INVALID_ARGUMENT, das_resampler_new(8000, 16000, 0, DAS_QUALITY_DB120, &resampler));
  das_fft *fft = NULL;
  FAILS(INVALID_ARGUMENT, das_fft_new(0, &fft));
  FAILS(INVALID_ARGUMENT, das_fft_new(SIZE_MAX, &fft));
  CHECK(made == NULL && text == NULL && analysis == NULL && spectra == NULL && stft == NULL);
  CHECK(resampled == NULL && resampler == NULL && fft == NULL);
}

/* Paths and files that are none. */
static void files(const char *fixtures, const char *scratch) {
  das_sound *made = NULL;
  das_text *text = NULL;
  das_decoder *decoder = NULL;
  FAILS(INVALID_ARGUMENT, das_sound_load("", NULL, &made));
  FAILS(UNREADABLE, das_sound_load(join(fixtures, "no such file"), NULL, &made));
  FAILS(UNREADABLE, das_sound_load(fixtures, NULL, &made));
  FAILS(UNREADABLE, das_decoder_open("/dev/zero", NULL, &decoder));
  FAILS(REFUSED, das_sound_load(join(fixtures, "make.sh"), NULL, &made));
  FAILS(REFUSED, das_analyze_file(join(fixtures, "make.sh"), NULL, NULL, &text));
  FAILS(REFUSED, das_decoder_open_memory((const uint8_t *)"RIFF", 4, NULL, &decoder));
  FAILS(REFUSED, das_decoder_open_memory(NULL, 0, NULL, &decoder));
  CHECK(strcmp(das_last_error_code(), "empty") == 0);
  das_sound *a_sound = sound(8000, 100);
  FAILS(UNWRITABLE, das_sound_save(a_sound, join(scratch, "no/such/folder"), DAS_ENCODING_PCM16, NULL));
  FAILS(INVALID_ARGUMENT, das_sound_save(a_sound, join(scratch, "a.wav"), 3, NULL));
  das_sound_free(a_sound);
  FAILS(UNWRITABLE, das_save_spectrogram(join(fixtures, "wav16.wav"), join(scratch, "no/x.png"), NULL, NULL, NULL));
  CHECK(made == NULL && text == NULL && decoder == NULL);
}

void test_boundary(const char *fixtures, const char *scratch) {
  nothing(join(fixtures, "wav16.wav"), join(scratch, "never.png"));
  wrong_kind();
  numbers(join(fixtures, "wav16.wav"), join(scratch, "never.png"));
  files(fixtures, scratch);
}
