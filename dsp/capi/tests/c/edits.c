/* Sound that is faded, trimmed and dithered. */
#include "check.h"

/* Every sample has this value. */
static das_sound *constant(float value, uint32_t channels, size_t frames) {
  das_sound *made = NULL;
  float *samples = (float *)malloc(channels * frames * sizeof *samples);
  for (size_t n = 0; n < channels * frames; n++) {
    samples[n] = value;
  }
  OK(das_sound_new(8000, channels, samples, frames, &made));
  free(samples);
  return made;
}

static void fades(void) {
  das_sound *from = constant(1, 2, 100), *made = NULL;
  float samples[100];
  OK(das_fade(from, DAS_CURVE_LINEAR, 10, DAS_CURVE_EQUAL_POWER, 20, &made));
  OK(das_sound_read(made, 1, 0, samples, 100));
  CHECK(samples[0] == 0 && fabsf(samples[5] - 0.5f) < 1e-6f && samples[10] == 1 && samples[79] == 1);
  CHECK(fabsf(samples[80] - sinf(1.5707963f * 19 / 20)) < 1e-6f && fabsf(samples[89] - 0.70710678f) < 1e-6f);
  CHECK(samples[99] == 0);
  das_sound_free(made);
  /* 60 dB in a hundred frames; a raised cosine is a half in the middle. */
  OK(das_fade(from, DAS_CURVE_EXPONENTIAL, 100, DAS_CURVE_LINEAR, 0, &made));
  OK(das_sound_read(made, 0, 0, samples, 100));
  CHECK(samples[0] == 0 && fabsf(samples[50] - powf(10, -1.5f)) < 1e-6f && fabsf(samples[99] - powf(10, -0.03f)) < 1e-6f);
  das_sound_free(made);
  OK(das_fade(from, DAS_CURVE_RAISED_COSINE, 50, DAS_CURVE_LINEAR, 0, &made));
  OK(das_sound_read(made, 0, 0, samples, 100));
  CHECK(fabsf(samples[25] - 0.5f) < 1e-6f && samples[99] == 1);
  das_sound_free(made);
  made = NULL;
  FAILS(NULL_POINTER, das_fade(NULL, 0, 1, 0, 1, &made));
  FAILS(NULL_POINTER, das_fade(from, 0, 1, 0, 1, NULL));
  FAILS(INVALID_ARGUMENT, das_fade(from, 4, 1, 0, 1, &made));
  FAILS(INVALID_ARGUMENT, das_fade(from, 0, 1, UINT32_MAX, 1, &made));
  FAILS(INVALID_ARGUMENT, das_fade(from, 0, 101, 0, 0, &made));
  FAILS(INVALID_ARGUMENT, das_fade(from, 0, 0, 0, UINT64_MAX, &made));
  CHECK(made == NULL);
  das_sound_free(from);
}

static void trims(void) {
  enum { FRAMES = 8000 };
  float *samples = (float *)calloc(2 * FRAMES, sizeof *samples), first = 0;
  das_sound *from = NULL, *made = NULL, *silent = constant(0.0005f, 1, 100);
  das_sound_shape shape;
  das_silence silence;
  uint64_t start = 7;
  for (size_t n = 3000; n < 5000; n++) {
    samples[2 * n + 1] = n % 2 == 0 ? 0.1f : -0.1f;
  }
  OK(das_sound_new(8000, 2, samples, FRAMES, &from));
  OK(das_silence_init(8000, &silence));
  CHECK(silence.threshold_dbfs == -60 && silence.gap_frames == 400 && silence.hold_frames == 8);
  CHECK(silence.padding_frames == 80);
  OK(das_trim(from, NULL, &made, &start));
  OK(das_sound_get_shape(made, &shape));
  CHECK(start == 2920 && shape.frames == 2160 && shape.channels == 2);
  OK(das_sound_read(made, 1, 80, &first, 1));
  CHECK(first == 0.1f);
  das_sound_free(made);
  silence.padding_frames = 0;
  OK(das_trim(from, &silence, &made, NULL));
  OK(das_sound_get_shape(made, &shape));
  CHECK(shape.frames == 2000);
  das_sound_free(made);
  silence.padding_frames = silence.gap_frames = UINT64_MAX;
  OK(das_trim(from, &silence, &made, &start));
  OK(das_sound_get_shape(made, &shape));
  CHECK(start == 0 && shape.frames == FRAMES);
  das_sound_free(made);
  silence.hold_frames = UINT64_MAX;
  OK(das_trim(from, &silence, &made, &start));
  OK(das_sound_get_shape(made, &shape));
  CHECK(start == 0 && shape.frames == 0);
  das_sound_free(made);
  OK(das_trim(silent, NULL, &made, &start));
  OK(das_sound_get_shape(made, &shape));
  CHECK(shape.frames == 0 && shape.channels == 1);
  das_sound_free(made);
  made = NULL;
  start = 7;
  FAILS(NULL_POINTER, das_silence_init(8000, NULL));
  FAILS(NULL_POINTER, das_trim(NULL, NULL, &made, &start));
  FAILS(NULL_POINTER, das_trim(from, NULL, NULL, &start));
  silence.threshold_dbfs = NAN;
  FAILS(INVALID_ARGUMENT, das_trim(from, &silence, &made, &start));
  silence.threshold_dbfs = 1;
  FAILS(INVALID_ARGUMENT, das_trim(from, &silence, &made, &start));
  CHECK(made == NULL && start == 7);
  das_sound_free(from);
  das_sound_free(silent);
  free(samples);
}

static void dithers(void) {
  enum { FRAMES = 50000 };
  const float level = 0.3f / 128;
  das_sound *from = constant(level, 2, FRAMES), *made = NULL, *again = NULL;
  float *samples = (float *)malloc(FRAMES * sizeof *samples), *other = (float *)malloc(FRAMES * sizeof *other);
  for (uint32_t shaping = DAS_SHAPING_WHITE; shaping <= DAS_SHAPING_AUDIBILITY; shaping++) {
    OK(das_dither(from, 8, shaping, 1, &made));
    OK(das_sound_read(made, 0, 0, samples, FRAMES));
    OK(das_sound_read(made, 1, 0, other, FRAMES));
    double mean = 0, power = 0;
    int grid = 1;
    for (size_t n = 0; n < FRAMES; n++) {
      double error = 128 * ((double)samples[n] - (double)level);
      grid = grid && samples[n] * 128 == rintf(samples[n] * 128);
      mean += error / FRAMES;
      power += error * error / FRAMES;
    }
    /* Multiples of an LSB; below one, a constant survives in the mean. A white error has a power of LSB^2 / 4. */
    CHECK(grid && fabs(mean) < 0.01 && memcmp(samples, other, FRAMES * sizeof *samples) != 0);
    CHECK(shaping != DAS_SHAPING_WHITE || fabs(power - 0.25) < 0.01);
    CHECK(shaping != DAS_SHAPING_FIRST_ORDER || fabs(power - 0.5) < 0.02);
    das_sound_free(made);
  }
  OK(das_dither(from, 8, DAS_SHAPING_AUDIBILITY, 1, &again));
  OK(das_sound_read(again, 0, 0, other, FRAMES));
  CHECK(memcmp(samples, other, FRAMES * sizeof *samples) == 0);
  das_sound_free(again);
  made = NULL;
  FAILS(NULL_POINTER, das_dither(NULL, 16, 0, 0, &made));
  FAILS(NULL_POINTER, das_dither(from, 16, 0, 0, NULL));
  FAILS(INVALID_ARGUMENT, das_dither(from, 1, 0, 0, &made));
  FAILS(INVALID_ARGUMENT, das_dither(from, 25, 0, 0, &made));
  FAILS(INVALID_ARGUMENT, das_dither(from, UINT32_MAX, 0, 0, &made));
  FAILS(INVALID_ARGUMENT, das_dither(from, 16, 3, UINT64_MAX, &made));
  CHECK(made == NULL);
  OK(das_dither(from, 16, 0, UINT64_MAX, &made));
  das_sound_free(made);
  das_sound_free(from);
  free(samples);
  free(other);
}

void test_edits(void) {
  fades();
  trims();
  dithers();
}
