/* Sound brought to a level. */
#include "check.h"

static das_sound *sine(double amplitude, double hz, uint32_t rate_hz, size_t frames) {
  das_sound *made = NULL;
  float *samples = (float *)malloc(2 * frames * sizeof *samples);
  for (size_t n = 0; n < frames; n++) {
    samples[2 * n] = (float)(amplitude * sin(6.283185307179586 * hz * (double)n / (double)rate_hz + 0.785398163397448));
    samples[2 * n + 1] = samples[2 * n];
  }
  OK(das_sound_new(rate_hz, 2, samples, frames, &made));
  free(samples);
  return made;
}

/* Largest sample and root of the mean square of the left channel. */
static void levels(const das_sound *a_sound, size_t frames, double *peak, double *rms) {
  float *samples = (float *)malloc(frames * sizeof *samples);
  double squares = 0;
  *peak = 0;
  OK(das_sound_read(a_sound, 0, 0, samples, frames));
  for (size_t n = 0; n < frames; n++) {
    *peak = fmax(*peak, fabs((double)samples[n]));
    squares += (double)samples[n] * (double)samples[n];
  }
  *rms = sqrt(squares / (double)frames);
  free(samples);
}

static void results(void) {
  enum { FRAMES = 96000 };
  das_sound *from = sine(0.01, 1000, 48000, FRAMES), *made = NULL, *again = NULL;
  das_gain gain = {9, 9};
  double peak = 0, rms = 0;
  OK(das_normalize(from, DAS_TARGET_PEAK_DBFS, -6, DAS_CEILING_NONE, NAN, &made, &gain));
  levels(made, FRAMES, &peak, &rms);
  CHECK(fabs(20 * log10(peak) + 6) < 1e-4 && gain.short_db == 0);
  das_sound_free(made);
  OK(das_normalize(from, DAS_TARGET_RMS_DBFS, -20, DAS_CEILING_NONE, 0, &made, &gain));
  levels(made, FRAMES, &peak, &rms);
  CHECK(fabs(20 * log10(rms) + 20) < 1e-4 && fabs(20 * log10(peak) + 16.9897) < 1e-3);
  /* A sine of 0.01 has -43.0103 dBFS. */
  CHECK(fabs(gain.gain_db - 23.0103) < 1e-3);
  das_sound_free(made);

  /* A stereo sine of 1 kHz has the loudness of its peak in dBFS (EBU Tech 3341, case 1). */
  OK(das_normalize(from, DAS_TARGET_LOUDNESS_LUFS, -23, DAS_CEILING_NONE, 0, &made, NULL));
  levels(made, FRAMES, &peak, &rms);
  CHECK(fabs(20 * log10(peak) + 23) < 0.05);
  das_text *json = NULL;
  OK(das_analyze_sound(made, NULL, &json));
  CHECK(contains(json, "\"integrated_lufs\":-23.0") || !"-23 LUFS reached");
  OK(das_normalize(made, DAS_TARGET_LOUDNESS_LUFS, -23, DAS_CEILING_NONE, 0, &again, &gain));
  CHECK(fabs(gain.gain_db) < 1e-3);
  das_sound_free(again);
  das_sound_free(made);

  /* The ceiling keeps the sound 4 dB below the target. */
  OK(das_normalize(from, DAS_TARGET_PEAK_DBFS, 3, DAS_CEILING_PEAK_DBFS, -1, &made, &gain));
  levels(made, FRAMES, &peak, &rms);
  CHECK(fabs(gain.short_db - 4) < 1e-9 && fabs(20 * log10(peak) + 1) < 1e-4);
  das_sound_free(made);
  das_sound_free(from);

  /* At a quarter of the rate and 45 degrees the samples stay 3.01 dB below the true peak. */
  from = sine(0.1, 12000, 48000, FRAMES);
  OK(das_normalize(from, DAS_TARGET_TRUE_PEAK_DBTP, -1, DAS_CEILING_NONE, 0, &made, &gain));
  levels(made, FRAMES, &peak, &rms);
  CHECK(fabs(20 * log10(peak) + 4.0103) < 0.2);
  das_sound_free(made);
  OK(das_normalize(from, DAS_TARGET_PEAK_DBFS, -1, DAS_CEILING_TRUE_PEAK_DBTP, -1, &made, &gain));
  CHECK(fabs(gain.short_db - 3.0103) < 0.2);
  das_sound_free(made);
  das_sound_free(from);
}

static void refusals(void) {
  das_sound *fine = sine(0.1, 1000, 8000, 8000), *silent = NULL, *quiet = NULL, *slow = sine(0.1, 100, 3000, 3000);
  das_sound *made = NULL;
  das_gain gain = {7, 7};
  const float nearly[2] = {1e-9f, 0};
  OK(das_sound_new(8000, 1, NULL, 0, &silent));
  OK(das_sound_new(8000, 1, nearly, 2, &quiet));
  FAILS(NULL_POINTER, das_normalize(NULL, DAS_TARGET_PEAK_DBFS, 0, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(NULL_POINTER, das_normalize(fine, DAS_TARGET_PEAK_DBFS, 0, DAS_CEILING_NONE, 0, NULL, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, 4, 0, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, UINT32_MAX, 0, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, DAS_TARGET_PEAK_DBFS, 0, 3, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, DAS_TARGET_PEAK_DBFS, NAN, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, DAS_TARGET_RMS_DBFS, 21, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, DAS_TARGET_PEAK_DBFS, -INFINITY, DAS_CEILING_NONE, 0, &made, &gain));
  FAILS(INVALID_ARGUMENT, das_normalize(fine, DAS_TARGET_PEAK_DBFS, 0, DAS_CEILING_PEAK_DBFS, NAN, &made, &gain));
  for (uint32_t target = DAS_TARGET_PEAK_DBFS; target <= DAS_TARGET_LOUDNESS_LUFS; target++) {
    FAILS(REFUSED, das_normalize(silent, target, -20, DAS_CEILING_NONE, 0, &made, &gain));
    CHECK(strcmp(das_last_error_code(), "silence") == 0);
  }
  FAILS(REFUSED, das_normalize(quiet, DAS_TARGET_PEAK_DBFS, 0, DAS_CEILING_NONE, 0, &made, &gain));
  CHECK(strcmp(das_last_error_code(), "gain") == 0);
  FAILS(REFUSED, das_normalize(slow, DAS_TARGET_LOUDNESS_LUFS, -23, DAS_CEILING_NONE, 0, &made, &gain));
  CHECK(strcmp(das_last_error_code(), "sample_rate") == 0);
  CHECK(made == NULL && gain.gain_db == 7 && gain.short_db == 7);
  das_sound_free(fine);
  das_sound_free(silent);
  das_sound_free(quiet);
  das_sound_free(slow);
}

void test_normalize(void) {
  results();
  refusals();
}
