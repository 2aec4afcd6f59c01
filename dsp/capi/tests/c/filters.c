/* Filters: second-order sections, linear-phase taps, convolution, DC offsets. */
#include "check.h"

#define RATE 48000.0
#define ROOT_HALF 0.7071067811865476

static double gain(const das_filter *filter, double frequency_hz) {
  double re = NAN, im = NAN;
  OK(das_filter_get_response(filter, frequency_hz, &re, &im));
  return hypot(re, im);
}

/* The gain of one section at a frequency. */
static double of(uint32_t shape, double q, double gain_db, double frequency_hz) {
  const das_section section = {1000, q, gain_db, shape};
  das_filter *filter = NULL;
  OK(das_filter_new(&section, 1, RATE, &filter));
  double found = gain(filter, frequency_hz);
  das_filter_free(filter);
  return found;
}

static void shapes(void) {
  CHECK(fabs(of(DAS_FILTER_SHAPE_LOW_PASS, ROOT_HALF, 0, 1000) - ROOT_HALF) < 1e-12);
  CHECK(fabs(of(DAS_FILTER_SHAPE_LOW_PASS, ROOT_HALF, 0, 0) - 1) < 1e-12);
  CHECK(fabs(of(DAS_FILTER_SHAPE_HIGH_PASS, 2, 0, 1000) - 2) < 1e-12);
  CHECK(fabs(of(DAS_FILTER_SHAPE_HIGH_PASS, 2, 0, RATE / 2) - 1) < 1e-12);
  CHECK(fabs(of(DAS_FILTER_SHAPE_BAND_PASS_SKIRT, 5, 0, 1000) - 5) < 1e-11);
  CHECK(fabs(of(DAS_FILTER_SHAPE_BAND_PASS_PEAK, 5, 0, 1000) - 1) < 1e-11);
  CHECK(of(DAS_FILTER_SHAPE_NOTCH, 5, 0, 1000) < 1e-10);
  CHECK(fabs(of(DAS_FILTER_SHAPE_ALL_PASS, 5, 0, 777) - 1) < 1e-12);
  CHECK(fabs(20 * log10(of(DAS_FILTER_SHAPE_PEAKING, 1, -9, 1000)) + 9) < 1e-9);
  CHECK(fabs(20 * log10(of(DAS_FILTER_SHAPE_LOW_SHELF, 1, 6, 0)) - 6) < 1e-9);
  CHECK(fabs(20 * log10(of(DAS_FILTER_SHAPE_LOW_SHELF, 0.5, 6, 1000)) - 3) < 1e-9);
  CHECK(fabs(20 * log10(of(DAS_FILTER_SHAPE_HIGH_SHELF, 1, 6, RATE / 2)) - 6) < 1e-9);
  CHECK(fabs(of(DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS, NAN, NAN, 1000) - ROOT_HALF) < 1e-12);
  CHECK(of(DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS, NAN, NAN, 0) == 0);
}

static void streams(void) {
  enum { FRAMES = 24000 };
  const das_section sections[2] = {{2000, ROOT_HALF, 0, DAS_FILTER_SHAPE_LOW_PASS},
                                   {2000, ROOT_HALF, 0, DAS_FILTER_SHAPE_HIGH_PASS}};
  das_filter *filter = NULL;
  float *samples = (float *)malloc(FRAMES * sizeof *samples), *again = (float *)malloc(FRAMES * sizeof *again);
  for (size_t n = 0; n < FRAMES; n++) {
    samples[n] = again[n] = (float)sin(6.283185307179586 * 2000 * (double)n / RATE);
  }
  OK(das_filter_new(sections, 2, RATE, &filter));
  CHECK(fabs(gain(filter, 2000) - 0.5) < 1e-12);
  OK(das_filter_process(filter, samples, FRAMES));
  float peak = 0;
  for (size_t n = FRAMES / 2; n < FRAMES; n++) {
    peak = fmaxf(peak, fabsf(samples[n]));
  }
  /* One of the 24 samples of a period lies at the peak. */
  CHECK(fabsf(peak - 0.5f) < 1e-4f);
  OK(das_filter_reset(filter));
  OK(das_filter_process(filter, again, 1000));
  OK(das_filter_process(filter, again + 1000, FRAMES - 1000));
  CHECK(memcmp(samples, again, FRAMES * sizeof *samples) == 0);
  again[0] = NAN, again[1] = INFINITY;
  OK(das_filter_process(filter, again, FRAMES));
  CHECK(isfinite(again[0]) && isfinite(again[FRAMES - 1]));
  OK(das_filter_process(filter, NULL, 0));

  double re = 7, im = 7;
  FAILS(NULL_POINTER, das_filter_process(NULL, samples, 1));
  FAILS(NULL_POINTER, das_filter_process(filter, NULL, 1));
  FAILS(TOO_LARGE, das_filter_process(filter, samples, SIZE_MAX));
  FAILS(NULL_POINTER, das_filter_reset(NULL));
  FAILS(INVALID_HANDLE, das_filter_reset((das_filter *)(void *)samples));
  FAILS(NULL_POINTER, das_filter_get_response(NULL, 1, &re, &im));
  FAILS(NULL_POINTER, das_filter_get_response(filter, 1, NULL, &im));
  FAILS(NULL_POINTER, das_filter_get_response(filter, 1, &re, NULL));
  FAILS(INVALID_ARGUMENT, das_filter_get_response(filter, 1, &re, &re));
  FAILS(INVALID_ARGUMENT, das_filter_get_response(filter, NAN, &re, &im));
  FAILS(INVALID_ARGUMENT, das_filter_get_response(filter, -1, &re, &im));
  FAILS(INVALID_ARGUMENT, das_filter_get_response(filter, RATE, &re, &im));
  CHECK(re == 7 && im == 7);
  das_filter_free(filter);
  das_filter_free(NULL);

  /* None lets sound pass. */
  samples[0] = 0.3f;
  OK(das_filter_new(NULL, 0, RATE, &filter));
  OK(das_filter_process(filter, samples, 1));
  CHECK(samples[0] == 0.3f);
  das_filter_free(filter);
  free(samples);
  free(again);
}

static void refusals(void) {
  const das_section fine = {1000, 1, 0, DAS_FILTER_SHAPE_PEAKING};
  das_filter *filter = NULL;
  FAILS(NULL_POINTER, das_filter_new(NULL, 1, RATE, &filter));
  FAILS(NULL_POINTER, das_filter_new(&fine, 1, RATE, NULL));
  FAILS(INVALID_ARGUMENT, das_filter_new(&fine, SIZE_MAX, RATE, &filter));
  FAILS(INVALID_ARGUMENT, das_filter_new(&fine, 1, NAN, &filter));
  FAILS(INVALID_ARGUMENT, das_filter_new(&fine, 1, 0, &filter));
  FAILS(INVALID_ARGUMENT, das_filter_new(&fine, 1, INFINITY, &filter));
  for (int kind = 0; kind < 4; kind++) {
    const double bad[4] = {NAN, INFINITY, 1e300, -1000};
    das_section section = fine;
    section.frequency_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_filter_new(&section, 1, RATE, &filter));
    section = fine, section.q = bad[kind];
    FAILS(INVALID_ARGUMENT, das_filter_new(&section, 1, RATE, &filter));
    section = fine, section.gain_db = bad[kind];
    FAILS(INVALID_ARGUMENT, das_filter_new(&section, 1, RATE, &filter));
    section = fine, section.shape = kind == 0 ? 10 : UINT32_MAX;
    FAILS(INVALID_ARGUMENT, das_filter_new(&section, 1, RATE, &filter));
  }
  const das_section steep = {1000, 1.5, 6, DAS_FILTER_SHAPE_LOW_SHELF};
  FAILS(INVALID_ARGUMENT, das_filter_new(&steep, 1, RATE, &filter));
  CHECK(filter == NULL);
}

static void linear_phase(void) {
  const das_fir_parameters fine = {500, 1000, 80, 100, RATE, DAS_BAND_LOW_PASS};
  das_fir_parameters parameters = fine;
  size_t count = 0, other = 7;
  double re = 7, im = 7;
  OK(das_fir_design(&parameters, NULL, 0, &count));
  CHECK(count % 2 == 1 && count > 1000 && count < 3000);
  double *taps = (double *)malloc((count + 1) * sizeof *taps);
  OK(das_fir_design(&parameters, taps, count, &count));
  double sum = 0, skew = 0;
  for (size_t n = 0; n < count; n++) {
    sum += taps[n];
    skew = fmax(skew, fabs(taps[n] - taps[count - 1 - n]));
  }
  CHECK(fabs(sum - 1) < 1e-12 && skew < 1e-12);
  for (int kind = 0; kind < 3; kind++) {
    const double at[3] = {1000, 900, 1100}, expected[3] = {0.5, 1, 0};
    OK(das_fir_get_response(taps, count, at[kind], RATE, &re, &im));
    CHECK(fabs(hypot(re, im) - expected[kind]) < 2e-4);
  }
  FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, taps, count - 1, &other));
  FAILS(NULL_POINTER, das_fir_design(NULL, taps, count, &other));
  FAILS(NULL_POINTER, das_fir_design(&parameters, NULL, count, &other));
  FAILS(NULL_POINTER, das_fir_design(&parameters, taps, count, NULL));
  FAILS(TOO_LARGE, das_fir_design(&parameters, taps, SIZE_MAX, &other));
  FAILS(NULL_POINTER, das_fir_get_response(NULL, 1, 1, RATE, &re, &im));
  FAILS(NULL_POINTER, das_fir_get_response(taps, count, 1, RATE, NULL, &im));
  FAILS(NULL_POINTER, das_fir_get_response(taps, count, 1, RATE, &re, NULL));
  FAILS(INVALID_ARGUMENT, das_fir_get_response(taps, count, NAN, RATE, &re, &im));
  FAILS(INVALID_ARGUMENT, das_fir_get_response(taps, count, RATE, RATE, &re, &im));
  FAILS(INVALID_ARGUMENT, das_fir_get_response(taps, count, 0, -RATE, &re, &im));
  FAILS(INVALID_ARGUMENT, das_fir_get_response(taps, count, 0, INFINITY, &re, &im));
  FAILS(TOO_LARGE, das_fir_get_response(taps, SIZE_MAX, 0, RATE, &re, &im));
  for (int kind = 0; kind < 5; kind++) {
    const double bad[5] = {NAN, INFINITY, -1, 0, 1e300};
    parameters = fine, parameters.high_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
    parameters = fine, parameters.low_hz = bad[kind], parameters.band = DAS_BAND_BAND_STOP;
    FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
    parameters = fine, parameters.attenuation_db = bad[kind];
    FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
    parameters = fine, parameters.transition_hz = kind == 4 ? 1e-300 : bad[kind];
    FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
    parameters = fine, parameters.sample_rate_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
  }
  parameters = fine, parameters.band = 4;
  FAILS(INVALID_ARGUMENT, das_fir_design(&parameters, NULL, 0, &other));
  CHECK(other == 7);
  /* The other bands, at a frequency inside and one outside. */
  for (uint32_t band = DAS_BAND_HIGH_PASS; band <= DAS_BAND_BAND_STOP; band++) {
    parameters = fine, parameters.band = band, parameters.low_hz = 3000, parameters.high_hz = 6000;
    OK(das_fir_design(&parameters, taps, count + 1, &other));
    double middle = 0, low = 0;
    OK(das_fir_get_response(taps, other, 4500, RATE, &re, &im));
    middle = hypot(re, im);
    OK(das_fir_get_response(taps, other, 100, RATE, &re, &im));
    low = hypot(re, im);
    CHECK(fabs(middle - (band == DAS_BAND_BAND_STOP ? 0 : 1)) < 2e-4);
    CHECK(fabs(low - (band == DAS_BAND_BAND_STOP ? 1 : 0)) < 2e-4);
  }
  free(taps);
}

/* N samples and L taps, by the definition. */
static void convolve(size_t frames, size_t length, size_t block) {
  double *taps = (double *)malloc(length * sizeof *taps);
  float *samples = (float *)malloc((frames + 1) * sizeof *samples);
  float *made = (float *)malloc((frames + length) * sizeof *made);
  das_convolver *convolver = NULL;
  uint32_t state = 5;
  for (size_t n = 0; n < frames + length; n++) {
    state = state * 1664525u + 1013904223u;
    float x = (float)(state >> 8) / 8388608.0f - 1.0f;
    if (n < frames) {
      samples[n] = x;
    } else {
      taps[n - frames] = (double)x / (double)length;
    }
  }
  OK(das_convolver_new(taps, length, &convolver));
  size_t all = 0, count = 0;
  for (size_t at = 0; at < frames; at += block) {
    OK(das_convolver_push(convolver, samples + at, frames - at < block ? frames - at : block));
    OK(das_convolver_read(convolver, made + all, frames + length - all, &count));
    all += count;
  }
  OK(das_convolver_finish(convolver));
  FAILS(STATE, das_convolver_finish(convolver));
  FAILS(STATE, das_convolver_push(convolver, samples, 1));
  do {
    OK(das_convolver_read(convolver, made + all, 50 < frames + length - all ? 50 : frames + length - all, &count));
    all += count;
  } while (count > 0);
  CHECK(all == (frames == 0 ? 0 : frames + length - 1));
  double worst = 0;
  for (size_t n = 0; n < all; n++) {
    double exact = 0;
    for (size_t k = 0; k < length; k++) {
      exact += n >= k && n - k < frames ? taps[k] * (double)samples[n - k] : 0;
    }
    worst = fmax(worst, fabs(exact - (double)made[n]));
  }
  CHECK(worst < 1e-6);
  das_convolver_free(convolver);
  free(taps);
  free(samples);
  free(made);
}

static void convolution(void) {
  convolve(1000, 1, 333);
  convolve(1000, 31, 100);
  convolve(3000, 301, 777);
  convolve(0, 31, 1);
  const double taps[2] = {1, NAN};
  float samples[8] = {0};
  size_t count = 7;
  das_convolver *convolver = NULL;
  FAILS(NULL_POINTER, das_convolver_new(NULL, 2, &convolver));
  FAILS(NULL_POINTER, das_convolver_new(taps, 1, NULL));
  FAILS(INVALID_ARGUMENT, das_convolver_new(taps, 0, &convolver));
  FAILS(INVALID_ARGUMENT, das_convolver_new(taps, 2, &convolver));
  FAILS(INVALID_ARGUMENT, das_convolver_new(taps, SIZE_MAX, &convolver));
  CHECK(convolver == NULL);
  OK(das_convolver_new(taps, 1, &convolver));
  FAILS(NULL_POINTER, das_convolver_push(NULL, samples, 1));
  FAILS(NULL_POINTER, das_convolver_push(convolver, NULL, 1));
  FAILS(TOO_LARGE, das_convolver_push(convolver, samples, SIZE_MAX));
  FAILS(NULL_POINTER, das_convolver_finish(NULL));
  FAILS(NULL_POINTER, das_convolver_read(NULL, samples, 8, &count));
  FAILS(NULL_POINTER, das_convolver_read(convolver, NULL, 8, &count));
  FAILS(NULL_POINTER, das_convolver_read(convolver, samples, 8, NULL));
  FAILS(TOO_LARGE, das_convolver_read(convolver, samples, SIZE_MAX, &count));
  CHECK(count == 7);
  das_convolver_free(convolver);
  das_convolver_free(NULL);
}

static void offsets(void) {
  const float samples[8] = {0.75f, 0, -0.25f, 0, 0.75f, 0.5f, -0.25f, -0.5f};
  double means[2] = {7, 7};
  float left[4];
  das_sound *from = NULL, *made = NULL;
  OK(das_sound_new(8000, 2, samples, 4, &from));
  OK(das_remove_dc(from, &made, means, 2));
  CHECK(means[0] == 0.25 && means[1] == 0);
  OK(das_sound_read(made, 0, 0, left, 4));
  CHECK(left[0] == 0.5f && left[1] == -0.5f && left[2] == 0.5f && left[3] == -0.5f);
  das_sound_free(made);
  OK(das_remove_dc(from, &made, NULL, 0));
  das_sound_free(made);
  made = NULL;
  FAILS(NULL_POINTER, das_remove_dc(NULL, &made, means, 2));
  FAILS(NULL_POINTER, das_remove_dc(from, NULL, means, 2));
  FAILS(NULL_POINTER, das_remove_dc(from, &made, NULL, 2));
  FAILS(INVALID_ARGUMENT, das_remove_dc(from, &made, means, 1));
  FAILS(TOO_LARGE, das_remove_dc(from, &made, means, SIZE_MAX));
  CHECK(made == NULL);
  das_sound_free(from);

  /* In a stream: after a second at 10 Hz, e^-62 of it are left. */
  const das_section section = {10, 0, 0, DAS_FILTER_SHAPE_FIRST_ORDER_HIGH_PASS};
  das_filter *filter = NULL;
  float *constant = (float *)malloc(48000 * sizeof *constant);
  for (size_t n = 0; n < 48000; n++) {
    constant[n] = 0.25f;
  }
  OK(das_filter_new(&section, 1, RATE, &filter));
  OK(das_filter_process(filter, constant, 48000));
  CHECK(fabsf(constant[764] - 0.25f * 0.36787944f) < 1e-3f && fabsf(constant[47999]) < 1e-9f);
  das_filter_free(filter);
  free(constant);
}

void test_filters(void) {
  shapes();
  streams();
  refusals();
  linear_phase();
  convolution();
  offsets();
}
