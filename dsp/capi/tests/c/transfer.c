/* Transfer functions: of noise, and of a sweep. */
#include "check.h"

enum { RATE = 8000, FRAMES = 20000, N = 512, BINS = N / 2 + 1 };

/* Noise between -1 and 1. */
static float noise(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

static double norm(const double *pair) { return hypot(pair[0], pair[1]); }

static das_transfer_parameters small(void) {
  das_transfer_parameters parameters;
  OK(das_transfer_parameters_init(&parameters));
  CHECK(parameters.segment_frames == 4096 && parameters.hop_frames == 2048 && parameters.lag_frames == 0);
  CHECK(parameters.window == DAS_WINDOW_HANN_PERIODIC && parameters.kaiser_beta == 0);
  parameters.segment_frames = N, parameters.hop_frames = N / 2;
  return parameters;
}

/* Channel 0 is noise, 1 half of it, 2 the half with as much noise of its own, 3 the noise 40 frames later. */
static das_sound *recordings(void) {
  das_sound *made = NULL;
  float *samples = (float *)malloc(4 * FRAMES * sizeof *samples);
  uint32_t state = 1, other = 77;
  for (size_t n = 0; n < FRAMES; n++) {
    float x = noise(&state);
    samples[4 * n] = x;
    samples[4 * n + 1] = 0.5f * x;
    samples[4 * n + 2] = 0.5f * x + 0.5f * noise(&other);
    samples[4 * n + 3] = n < 40 ? 0 : samples[4 * (n - 40)];
  }
  OK(das_sound_new(RATE, 4, samples, FRAMES, &made));
  free(samples);
  return made;
}

static void estimates(void) {
  das_sound *both = recordings();
  das_transfer *transfer = NULL;
  das_transfer_shape shape;
  das_transfer_parameters parameters = small();
  double h1[2 * BINS], h2[2 * BINS], coherence[BINS];
  float impulse[N];

  OK(das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  OK(das_transfer_get_shape(transfer, &shape));
  CHECK(shape.bins == BINS && shape.segment_frames == N && shape.segments == 1 + (FRAMES - N) / (N / 2));
  CHECK(shape.bin_width_hz == (double)RATE / N && shape.lag_frames == 0);
  OK(das_transfer_read_h1(transfer, h1, 2 * BINS));
  OK(das_transfer_read_h2(transfer, h2, 2 * BINS));
  OK(das_transfer_read_coherence(transfer, coherence, BINS));
  OK(das_transfer_read_impulse(transfer, impulse, N));
  double worst = 0;
  for (size_t k = 0; k < BINS; k++) {
    worst = fmax(worst, fabs(h1[2 * k] - 0.5) + fabs(h1[2 * k + 1]));
    worst = fmax(worst, fabs(h2[2 * k] - 0.5) + fabs(h2[2 * k + 1]));
    worst = fmax(worst, fabs(coherence[k] - 1));
  }
  CHECK(worst < 1e-5);
  CHECK(fabsf(impulse[0] - 0.5f) < 1e-5f && fabsf(impulse[1]) < 1e-5f && fabsf(impulse[N - 1]) < 1e-5f);

  FAILS(NULL_POINTER, das_transfer_get_shape(NULL, &shape));
  FAILS(NULL_POINTER, das_transfer_get_shape(transfer, NULL));
  FAILS(NULL_POINTER, das_transfer_read_h1(NULL, h1, 2 * BINS));
  FAILS(NULL_POINTER, das_transfer_read_h1(transfer, NULL, 2 * BINS));
  FAILS(INVALID_ARGUMENT, das_transfer_read_h1(transfer, h1, BINS));
  FAILS(NULL_POINTER, das_transfer_read_h2(NULL, h2, 2 * BINS));
  FAILS(NULL_POINTER, das_transfer_read_h2(transfer, NULL, 2 * BINS));
  FAILS(INVALID_ARGUMENT, das_transfer_read_h2(transfer, h2, SIZE_MAX));
  FAILS(NULL_POINTER, das_transfer_read_coherence(NULL, coherence, BINS));
  FAILS(NULL_POINTER, das_transfer_read_coherence(transfer, NULL, BINS));
  FAILS(INVALID_ARGUMENT, das_transfer_read_coherence(transfer, coherence, 0));
  FAILS(NULL_POINTER, das_transfer_read_impulse(NULL, impulse, N));
  FAILS(NULL_POINTER, das_transfer_read_impulse(transfer, NULL, N));
  FAILS(INVALID_ARGUMENT, das_transfer_read_impulse(transfer, impulse, N + 1));
  FAILS(INVALID_HANDLE, das_transfer_read_coherence((const das_transfer *)both, coherence, BINS));
  das_transfer_free(transfer);

  /* Noise of its own, as strong as the rest: H1 is still a half, H2 twice that, the coherence a half. */
  OK(das_transfer_new(both, 0, both, 2, &parameters, &transfer));
  OK(das_transfer_read_h1(transfer, h1, 2 * BINS));
  OK(das_transfer_read_h2(transfer, h2, 2 * BINS));
  OK(das_transfer_read_coherence(transfer, coherence, BINS));
  double mean_h1 = 0, mean_h2 = 0, mean_coherence = 0;
  for (size_t k = 1; k + 1 < BINS; k++) {
    mean_h1 += h1[2 * k] / (BINS - 2);
    mean_h2 += norm(h2 + 2 * k) / (BINS - 2);
    mean_coherence += coherence[k] / (BINS - 2);
  }
  CHECK(fabs(mean_h1 - 0.5) < 0.02 && fabs(mean_h2 - 1) < 0.05 && fabs(mean_coherence - 0.5) < 0.03);
  das_transfer_free(transfer);

  /* The delay is found; when it is known, it is taken out. */
  OK(das_transfer_new(both, 0, both, 3, &parameters, &transfer));
  OK(das_transfer_get_shape(transfer, &shape));
  CHECK(shape.lag_frames == 40);
  das_transfer_free(transfer);
  parameters.lag_frames = shape.lag_frames;
  OK(das_transfer_new(both, 0, both, 3, &parameters, &transfer));
  OK(das_transfer_get_shape(transfer, &shape));
  OK(das_transfer_read_h1(transfer, h1, 2 * BINS));
  CHECK(shape.lag_frames == 40 && fabs(h1[200] - 1) < 1e-5 && fabs(h1[201]) < 1e-5);
  das_transfer_free(transfer);
  das_sound_free(both);

  /* A sine: bins far from it have no energy. */
  das_sound *one = sound(RATE, FRAMES);
  parameters.lag_frames = 0, parameters.window = DAS_WINDOW_BLACKMAN_HARRIS_PERIODIC;
  OK(das_transfer_new(one, 0, one, 0, &parameters, &transfer));
  OK(das_transfer_read_h1(transfer, h1, 2 * BINS));
  OK(das_transfer_read_h2(transfer, h2, 2 * BINS));
  OK(das_transfer_read_coherence(transfer, coherence, BINS));
  CHECK(fabs(h1[2 * 64] - 1) < 1e-6 && isnan(h1[2 * 200]) && isnan(h1[2 * 200 + 1]));
  CHECK(isnan(h2[2 * 200]) && isnan(coherence[200]));
  das_transfer_free(transfer);
  das_sound_free(one);
}

static void refusals(void) {
  das_sound *both = recordings(), *other_rate = sound(RATE + 1, FRAMES);
  das_sound *stereo = sound(RATE, FRAMES), *brief = sound(RATE, 700);
  das_transfer *transfer = NULL;
  das_transfer_parameters parameters = small();
  const das_transfer_parameters fine = parameters;
  FAILS(NULL_POINTER, das_transfer_parameters_init(NULL));
  FAILS(NULL_POINTER, das_transfer_new(NULL, 0, both, 0, &parameters, &transfer));
  FAILS(NULL_POINTER, das_transfer_new(both, 0, NULL, 0, &parameters, &transfer));
  FAILS(NULL_POINTER, das_transfer_new(both, 0, both, 0, &parameters, NULL));
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 4, both, 0, &parameters, &transfer));
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, UINT32_MAX, &parameters, &transfer));
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, other_rate, 0, &parameters, &transfer));
  FAILS(REFUSED, das_transfer_new(both, 0, brief, 0, &parameters, &transfer));
  CHECK(strcmp(das_last_error_code(), "too_short") == 0);
  FAILS(REFUSED, das_transfer_new(both, 0, stereo, 1, &parameters, &transfer));
  CHECK(strcmp(das_last_error_code(), "silence") == 0);
  FAILS(REFUSED, das_transfer_new(stereo, 1, both, 0, &parameters, &transfer));
  parameters.segment_frames = 15;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters.segment_frames = UINT32_MAX;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters.segment_frames = 1 << 24;
  FAILS(REFUSED, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters = fine, parameters.hop_frames = 0;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters.hop_frames = N + 1;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters = fine, parameters.window = 13;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters.window = DAS_WINDOW_KAISER_PERIODIC, parameters.kaiser_beta = NAN;
  FAILS(INVALID_ARGUMENT, das_transfer_new(both, 0, both, 1, &parameters, &transfer));
  parameters = fine;
  for (int kind = 0; kind < 2; kind++) {
    parameters.lag_frames = kind == 0 ? INT64_MAX : INT64_MIN;
    CHECK(das_transfer_new(both, 0, both, 1, &parameters, &transfer) != DAS_STATUS_OK);
  }
  CHECK(transfer == NULL);
  das_transfer_free(NULL);
  das_sound_free(both);
  das_sound_free(other_rate);
  das_sound_free(stereo);
  das_sound_free(brief);
}

/* A system that delays by 100 frames, halves, and adds a tenth of the square: its second harmonic. */
static void sweep(void) {
  enum { DECAY = 2000, DELAY = 100 };
  das_sweep_parameters parameters;
  das_sound *played = NULL, *recorded = NULL, *impulse = NULL;
  das_sound_shape shape;
  OK(das_sweep_parameters_init(&parameters));
  CHECK(parameters.start_hz == 20 && parameters.end_hz == 20000 && parameters.duration_s == 10);
  CHECK(parameters.sample_rate_hz == 48000);
  parameters.start_hz = 50, parameters.end_hz = 3500, parameters.duration_s = 1, parameters.sample_rate_hz = RATE;
  OK(das_sweep_new(&parameters, &played));
  OK(das_sound_get_shape(played, &shape));
  CHECK(shape.channels == 1 && shape.sample_rate_hz == RATE && shape.frames > 7000 && shape.frames < 9000);
  size_t length = (size_t)shape.frames, frames = length + DECAY;
  float *sent = (float *)malloc(length * sizeof *sent), *back = (float *)calloc(frames, sizeof *back);
  OK(das_sound_read(played, 0, 0, sent, length));
  for (size_t n = 0; n < length; n++) {
    back[n + DELAY] = 0.5f * sent[n] + 0.1f * sent[n] * sent[n];
  }
  OK(das_sound_new(RATE, 1, back, frames, &recorded));
  uint64_t origin = 0;
  OK(das_sweep_impulse_response(&parameters, recorded, 0, &impulse, &origin));
  OK(das_sound_get_shape(impulse, &shape));
  CHECK(shape.frames == origin + frames && shape.channels == 1);
  size_t all = (size_t)shape.frames;
  float *samples = (float *)malloc(all * sizeof *samples);
  OK(das_sound_read(impulse, 0, 0, samples, all));
  size_t largest = 0;
  double sum = 0;
  for (size_t n = 0; n < all; n++) {
    largest = fabsf(samples[n]) > fabsf(samples[largest]) ? n : largest;
  }
  CHECK(largest == origin + DELAY);
  /* The gain in the middle of the band, 400 Hz. */
  double re = 0, im = 0;
  for (size_t n = (size_t)origin; n < all; n++) {
    double phase = 6.283185307179586 * 400 * (double)n / RATE;
    re += samples[n] * cos(phase), im += samples[n] * sin(phase);
  }
  CHECK(fabs(hypot(re, im) - 0.5) < 0.01);
  /* The second harmonic stands by its lead before the linear response, and nothing else is there. */
  double lead = 0;
  OK(das_sweep_get_harmonic_lead(&parameters, 2, &lead));
  double place = (double)(origin + DELAY) - lead * RATE, near_it = 0;
  for (size_t n = 0; n + 200 < origin; n++) {
    double energy = (double)samples[n] * samples[n];
    sum += energy;
    near_it += fabs((double)n - place) < 100 ? energy : 0;
  }
  CHECK(near_it > 0.9 * sum && sum > 1e-6);
  OK(das_sweep_get_harmonic_lead(&parameters, 1, &lead));
  CHECK(lead == 0);
  das_sound_free(impulse);
  impulse = NULL;
  OK(das_sweep_impulse_response(&parameters, recorded, 0, &impulse, NULL));
  das_sound_free(impulse);
  impulse = NULL;

  das_sound *quiet = NULL, *other_rate = sound(RATE + 1, frames);
  const das_sweep_parameters fine = parameters;
  memset(back, 0, frames * sizeof *back);
  OK(das_sound_new(RATE, 1, back, frames, &quiet));
  origin = 7;
  FAILS(NULL_POINTER, das_sweep_parameters_init(NULL));
  FAILS(NULL_POINTER, das_sweep_new(&parameters, NULL));
  FAILS(NULL_POINTER, das_sweep_impulse_response(&parameters, NULL, 0, &impulse, &origin));
  FAILS(NULL_POINTER, das_sweep_impulse_response(&parameters, recorded, 0, NULL, &origin));
  FAILS(INVALID_ARGUMENT, das_sweep_impulse_response(&parameters, recorded, 1, &impulse, &origin));
  FAILS(INVALID_ARGUMENT, das_sweep_impulse_response(&parameters, other_rate, 0, &impulse, &origin));
  FAILS(REFUSED, das_sweep_impulse_response(&parameters, quiet, 0, &impulse, &origin));
  das_sound *brief = sound(RATE, 100);
  FAILS(REFUSED, das_sweep_impulse_response(&parameters, brief, 0, &impulse, &origin));
  CHECK(strcmp(das_last_error_code(), "too_short") == 0);
  das_sound_free(brief);
  FAILS(NULL_POINTER, das_sweep_get_harmonic_lead(&parameters, 2, NULL));
  FAILS(INVALID_ARGUMENT, das_sweep_get_harmonic_lead(&parameters, 0, &lead));
  for (int kind = 0; kind < 8; kind++) {
    const double bad[8] = {0, NAN, INFINITY, -1, 3500, 5000, 1e300, -INFINITY};
    parameters = fine, parameters.start_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_sweep_new(&parameters, &impulse));
    if (kind != 4) {
      parameters = fine, parameters.end_hz = bad[kind];
      FAILS(INVALID_ARGUMENT, das_sweep_impulse_response(&parameters, recorded, 0, &impulse, &origin));
    }
    if (kind < 4 || kind > 5) {
      parameters = fine, parameters.duration_s = bad[kind];
      FAILS(INVALID_ARGUMENT, das_sweep_get_harmonic_lead(&parameters, 2, &lead));
    }
  }
  parameters = fine, parameters.sample_rate_hz = 99;
  FAILS(INVALID_ARGUMENT, das_sweep_new(&parameters, &impulse));
  parameters = fine, parameters.duration_s = 2000;
  FAILS(REFUSED, das_sweep_impulse_response(&parameters, recorded, 0, &impulse, &origin));
  CHECK(impulse == NULL && origin == 7);
  das_sound_free(quiet);
  das_sound_free(other_rate);
  das_sound_free(played);
  das_sound_free(recorded);
  free(samples);
  free(sent);
  free(back);
}

void test_transfer(void) {
  estimates();
  refusals();
  sweep();
}
