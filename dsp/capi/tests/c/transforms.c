/* FFT and STFT. */
#include "check.h"

static void fft(size_t length) {
  das_fft *plan = NULL;
  size_t bins = length / 2 + 1;
  float *signal = (float *)malloc(length * sizeof *signal), *again = (float *)malloc(length * sizeof *again);
  float *spectrum = (float *)malloc(2 * bins * sizeof *spectrum), *power = (float *)malloc(bins * sizeof *power);
  uint32_t state = 1;
  for (size_t n = 0; n < length; n++) {
    state = state * 1664525u + 1013904223u;
    signal[n] = (float)(state >> 8) / 8388608.0f - 1.0f;
  }
  OK(das_fft_new(length, &plan));
  OK(das_fft_forward(plan, signal, length, spectrum, 2 * bins));
  OK(das_fft_power(plan, signal, length, power, bins));
  OK(das_fft_inverse(plan, spectrum, 2 * bins, again, length));
  double sum = 0, worst = 0;
  for (size_t n = 0; n < length; n++) {
    sum += signal[n];
    worst = fmax(worst, fabs((double)signal[n] - (double)again[n]));
  }
  CHECK(worst < 1e-5);
  CHECK(fabs(sum - (double)spectrum[0]) < 1e-4 * (double)length);
  double last = (double)spectrum[2 * bins - 2] * spectrum[2 * bins - 2] +
                (double)spectrum[2 * bins - 1] * spectrum[2 * bins - 1];
  CHECK(fabs(last - (double)power[bins - 1]) <= 1e-4 * (last + 1));
  FAILS(INVALID_ARGUMENT, das_fft_forward(plan, signal, length + 1, spectrum, 2 * bins));
  FAILS(INVALID_ARGUMENT, das_fft_forward(plan, signal, length, spectrum, 2 * bins - 1));
  FAILS(INVALID_ARGUMENT, das_fft_inverse(plan, spectrum, SIZE_MAX, again, length));
  FAILS(INVALID_ARGUMENT, das_fft_power(plan, signal, length, power, 2 * bins));
  FAILS(NULL_POINTER, das_fft_forward(plan, NULL, length, spectrum, 2 * bins));
  FAILS(NULL_POINTER, das_fft_inverse(plan, spectrum, 2 * bins, NULL, length));
  FAILS(NULL_POINTER, das_fft_power(plan, signal, length, NULL, bins));
  FAILS(INVALID_ARGUMENT, das_fft_power(plan, signal, length, signal, bins));
  das_fft_free(plan);
  free(signal);
  free(again);
  free(spectrum);
  free(power);
}

static void stft(void) {
  enum { FRAMES = 5000, WINDOW = 256, HOP = 100, BINS = 129 };
  das_transform transform;
  das_stft *stream = NULL;
  das_sound *a_sound = NULL;
  das_spectra *spectra = NULL;
  float *samples = (float *)malloc(FRAMES * sizeof *samples), *power = (float *)malloc(8 * BINS * sizeof *power);
  float exact[BINS];
  size_t frames = 0, all = 0, at = 0;
  for (size_t n = 0; n < FRAMES; n++) {
    samples[n] = (float)sin((double)n * (double)n * 1e-4);
  }
  OK(das_transform_init(&transform));
  transform.window_length_frames = WINDOW, transform.hop_frames = HOP;
  OK(das_sound_new(8000, 1, samples, FRAMES, &a_sound));
  OK(das_do_fft(a_sound, &transform, &spectra));
  OK(das_stft_new(&transform, &stream));
  FAILS(INVALID_ARGUMENT, das_stft_read(stream, power, 8, 8, &frames));
  FAILS(INVALID_ARGUMENT, das_stft_read(stream, power, BINS, SIZE_MAX, &frames));
  FAILS(NULL_POINTER, das_stft_read(stream, NULL, BINS, 1, &frames));
  FAILS(NULL_POINTER, das_stft_read(stream, power, BINS, 1, NULL));
  FAILS(NULL_POINTER, das_stft_push(stream, NULL, 1));
  FAILS(TOO_LARGE, das_stft_push(stream, samples, SIZE_MAX));
  int same = 1, finished = 0;
  for (;;) {
    OK(das_stft_read(stream, power, 8 * BINS, 8, &frames));
    for (size_t k = 0; k < frames; k++, all++) {
      OK(das_spectra_read(spectra, all, exact, BINS));
      same = same && memcmp(exact, power + k * BINS, sizeof exact) == 0;
    }
    if (frames > 0) {
      continue;
    }
    if (at < FRAMES) {
      size_t some = FRAMES - at < 333 ? FRAMES - at : 333;
      OK(das_stft_push(stream, samples + at, some));
      at += some;
    } else if (!finished) {
      OK(das_stft_finish(stream));
      FAILS(STATE, das_stft_finish(stream));
      FAILS(STATE, das_stft_push(stream, samples, 1));
      finished = 1;
    } else {
      break;
    }
  }
  CHECK(same && all == 1 + FRAMES / HOP);
  das_stft_free(stream);
  das_spectra_free(spectra);
  das_sound_free(a_sound);

  /* Unread output is bounded. */
  transform.window_length_frames = 4096, transform.hop_frames = 1;
  OK(das_stft_new(&transform, &stream));
  das_status status = DAS_STATUS_OK;
  for (int k = 0; k < 20 && status == DAS_STATUS_OK; k++) {
    status = das_stft_push(stream, samples, FRAMES);
  }
  CHECK(status == DAS_STATUS_STATE);
  das_stft_free(stream);
  free(samples);
  free(power);
}

void test_transforms(void) {
  fft(1);
  fft(2);
  fft(997);
  fft(1024);
  stft();
}
