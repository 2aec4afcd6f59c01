/* Complex spectra, and the way back to sound. */
#include "check.h"

enum { FRAMES = 5003 };

/* Samples of a chirp with a constant. */
static void chirp(float *samples) {
  for (size_t n = 0; n < FRAMES; n++) {
    samples[n] = (float)(0.7 * sin((double)n * (double)n * 1e-4) + 0.1);
  }
}

/* The largest difference of a sound to what comes back of it, in pieces. */
static double there_and_back(uint32_t length, uint32_t hop, uint32_t window, uint32_t synthesis) {
  das_transform transform;
  das_complex_stft *there = NULL;
  das_inverse_stft *back = NULL;
  size_t values = 2 * ((size_t)length / 2 + 1), frames = 0, all = 0, count = 0, at = 0, got = 0;
  float samples[FRAMES], again[FRAMES + 1], *spectra = (float *)malloc(4 * values * sizeof *spectra);
  int finished = 0;
  chirp(samples);
  OK(das_transform_init(&transform));
  transform.window_length_frames = length, transform.hop_frames = hop, transform.window = window;
  OK(das_complex_stft_new(&transform, &there));
  OK(das_inverse_stft_new(&transform, synthesis, &back));
  for (;;) {
    OK(das_complex_stft_read(there, spectra, 4 * values, 4, &frames));
    OK(das_inverse_stft_push(back, spectra, frames));
    all += frames;
    OK(das_inverse_stft_read(back, again + got, FRAMES + 1 - got, &count));
    got += count;
    if (frames == 0 && at < FRAMES) {
      size_t some = FRAMES - at < 911 ? FRAMES - at : 911;
      OK(das_complex_stft_push(there, samples + at, some));
      at += some;
    } else if (frames == 0 && !finished) {
      OK(das_complex_stft_finish(there));
      FAILS(STATE, das_complex_stft_finish(there));
      FAILS(STATE, das_complex_stft_push(there, samples, 1));
      finished = 1;
    } else if (frames == 0) {
      break;
    }
  }
  CHECK(all == 1 + (FRAMES + hop - 1) / hop);
  FAILS(INVALID_ARGUMENT, das_inverse_stft_finish(back, UINT64_MAX));
  OK(das_inverse_stft_finish(back, FRAMES));
  FAILS(STATE, das_inverse_stft_finish(back, FRAMES));
  FAILS(STATE, das_inverse_stft_push(back, spectra, 1));
  do {
    OK(das_inverse_stft_read(back, again + got, FRAMES + 1 - got, &count));
    got += count;
  } while (count > 0);
  CHECK(got == FRAMES);
  double worst = 0;
  for (size_t n = 0; n < FRAMES; n++) {
    worst = fmax(worst, fabs((double)samples[n] - (double)again[n]));
  }
  das_complex_stft_free(there);
  das_inverse_stft_free(back);
  free(spectra);
  return worst;
}

/* A cosine on bin 8 of a rectangular window: N / 2 there, with the phase of the frame's first sample, and nothing elsewhere. */
static void values(void) {
  enum { N = 64, HOP = 16, BINS = N / 2 + 1 };
  das_transform transform;
  das_complex_stft *stft = NULL;
  float samples[10 * N], spectra[2 * BINS * 8];
  size_t frames = 0;
  for (size_t n = 0; n < 10 * N; n++) {
    samples[n] = (float)cos(6.283185307179586 * 8 * (double)n / N);
  }
  OK(das_transform_init(&transform));
  transform.window_length_frames = N, transform.hop_frames = HOP, transform.window = DAS_WINDOW_RECTANGULAR;
  OK(das_complex_stft_new(&transform, &stft));
  OK(das_complex_stft_push(stft, samples, 10 * N));
  OK(das_complex_stft_read(stft, spectra, 2 * BINS * 8, 8, &frames));
  CHECK(frames == 8);
  /* Frame 4 begins at sample 4 x 16 - 32 = 32: four periods. */
  const float *frame = spectra + (size_t)4 * 2 * BINS;
  CHECK(fabsf(frame[16] - N / 2) < 1e-4f && fabsf(frame[17]) < 1e-4f);
  CHECK(hypotf(frame[18], frame[19]) < 1e-4f && hypotf(frame[0], frame[1]) < 1e-4f);
  FAILS(INVALID_ARGUMENT, das_complex_stft_read(stft, spectra, 2 * BINS, 2, &frames));
  FAILS(INVALID_ARGUMENT, das_complex_stft_read(stft, spectra, 2 * BINS, SIZE_MAX, &frames));
  FAILS(NULL_POINTER, das_complex_stft_read(stft, NULL, 2 * BINS, 1, &frames));
  FAILS(NULL_POINTER, das_complex_stft_read(stft, spectra, 2 * BINS, 1, NULL));
  FAILS(NULL_POINTER, das_complex_stft_read(NULL, spectra, 2 * BINS, 1, &frames));
  FAILS(NULL_POINTER, das_complex_stft_push(NULL, samples, 1));
  FAILS(NULL_POINTER, das_complex_stft_push(stft, NULL, 1));
  FAILS(TOO_LARGE, das_complex_stft_push(stft, samples, SIZE_MAX));
  FAILS(NULL_POINTER, das_complex_stft_finish(NULL));
  das_complex_stft_free(stft);
  das_complex_stft_free(NULL);
}

static void refusals(void) {
  das_transform transform;
  das_complex_stft *there = NULL;
  das_inverse_stft *back = NULL;
  float some[2 * 1025] = {0};
  size_t count = 7;
  OK(das_transform_init(&transform));
  const das_transform fine = transform;
  FAILS(NULL_POINTER, das_complex_stft_new(&transform, NULL));
  FAILS(NULL_POINTER, das_inverse_stft_new(&transform, DAS_SYNTHESIS_LEAST_SQUARES, NULL));
  FAILS(INVALID_ARGUMENT, das_inverse_stft_new(&transform, 2, &back));
  for (int kind = 0; kind < 6; kind++) {
    transform = fine;
    transform.window_length_frames = kind == 0 ? 0 : kind == 1 ? UINT32_MAX : kind == 2 ? 65537 : 2048;
    transform.hop_frames = kind == 3 ? 0 : kind == 4 ? 2049 : 512;
    transform.window = kind == 5 ? 13 : DAS_WINDOW_HANN_PERIODIC;
    FAILS(INVALID_ARGUMENT, das_complex_stft_new(&transform, &there));
    FAILS(INVALID_ARGUMENT, das_inverse_stft_new(&transform, DAS_SYNTHESIS_LEAST_SQUARES, &back));
  }
  transform = fine, transform.window_length_frames = 65536, transform.hop_frames = 1;
  FAILS(TOO_LARGE, das_complex_stft_new(&transform, &there));
  /* Hann windows that do not overlap leave gaps; a hop of 700 adds up to no constant, and leaves none. */
  transform = fine, transform.hop_frames = 2048;
  FAILS(INVALID_ARGUMENT, das_inverse_stft_new(&transform, DAS_SYNTHESIS_LEAST_SQUARES, &back));
  CHECK(strstr(das_last_error_message(), "largest weight") != NULL);
  transform.hop_frames = 700;
  FAILS(INVALID_ARGUMENT, das_inverse_stft_new(&transform, DAS_SYNTHESIS_OVERLAP_ADD, &back));
  CHECK(strstr(das_last_error_message(), "varies") != NULL && there == NULL && back == NULL);
  OK(das_inverse_stft_new(&transform, DAS_SYNTHESIS_LEAST_SQUARES, &back));
  das_inverse_stft_free(back);

  OK(das_inverse_stft_new(NULL, DAS_SYNTHESIS_OVERLAP_ADD, &back));
  FAILS(NULL_POINTER, das_inverse_stft_push(NULL, some, 1));
  FAILS(NULL_POINTER, das_inverse_stft_push(back, NULL, 1));
  FAILS(TOO_LARGE, das_inverse_stft_push(back, some, SIZE_MAX));
  FAILS(INVALID_HANDLE, das_inverse_stft_push((das_inverse_stft *)(void *)some, some, 1));
  FAILS(NULL_POINTER, das_inverse_stft_finish(NULL, 0));
  FAILS(INVALID_ARGUMENT, das_inverse_stft_finish(back, 1));
  FAILS(NULL_POINTER, das_inverse_stft_read(NULL, some, 1, &count));
  FAILS(NULL_POINTER, das_inverse_stft_read(back, NULL, 1, &count));
  FAILS(NULL_POINTER, das_inverse_stft_read(back, some, 1, NULL));
  FAILS(TOO_LARGE, das_inverse_stft_read(back, some, SIZE_MAX, &count));
  CHECK(count == 7);
  OK(das_inverse_stft_finish(back, 0));
  das_inverse_stft_free(back);
  das_inverse_stft_free(NULL);
}

void test_resynthesis(void) {
  values();
  CHECK(there_and_back(256, 64, DAS_WINDOW_HANN_PERIODIC, DAS_SYNTHESIS_LEAST_SQUARES) < 1e-6);
  CHECK(there_and_back(256, 64, DAS_WINDOW_HANN_PERIODIC, DAS_SYNTHESIS_OVERLAP_ADD) < 1e-6);
  CHECK(there_and_back(480, 160, DAS_WINDOW_HAMMING_PERIODIC, DAS_SYNTHESIS_LEAST_SQUARES) < 1e-6);
  CHECK(there_and_back(101, 37, DAS_WINDOW_HANN_SYMMETRIC, DAS_SYNTHESIS_LEAST_SQUARES) < 1e-6);
  CHECK(there_and_back(2, 1, DAS_WINDOW_RECTANGULAR, DAS_SYNTHESIS_OVERLAP_ADD) < 1e-6);
  refusals();
}
