/* Bands, cepstral coefficients and pitch classes of power spectra. */
#include "check.h"

enum { BINS = 1025, BANDS = 40 };
#define WIDTH 15.625

/* The largest of so many. */
static size_t largest(const float *values, size_t count) {
  size_t found = 0;
  for (size_t k = 1; k < count; k++) {
    found = values[k] > values[found] ? k : found;
  }
  return found;
}

static void banks(void) {
  das_bank_parameters parameters;
  das_bank *bank = NULL;
  float power[BINS] = {0}, bands[BANDS];
  double centers[BANDS];
  OK(das_bank_parameters_init(BINS, WIDTH, &parameters));
  CHECK(parameters.bins == BINS && parameters.bin_width_hz == WIDTH && parameters.bands == BANDS);
  CHECK(parameters.min_hz == 0 && parameters.max_hz == 16000);
  CHECK(parameters.scale == DAS_BAND_SCALE_MEL_SLANEY && parameters.norm == DAS_BAND_NORM_AREA);
  const das_bank_parameters fine = parameters;
  for (uint32_t scale = DAS_BAND_SCALE_MEL_SLANEY; scale <= DAS_BAND_SCALE_OCTAVE; scale++) {
    parameters = fine, parameters.scale = scale, parameters.norm = DAS_BAND_NORM_PEAK;
    if (scale == DAS_BAND_SCALE_OCTAVE) {
      parameters.min_hz = 500;
    }
    OK(das_bank_new(&parameters, &bank));
    OK(das_bank_read_centers(bank, centers, BANDS));
    int grows = centers[0] > parameters.min_hz && centers[BANDS - 1] < 16000;
    for (size_t k = 1; k < BANDS; k++) {
      grows = grows && centers[k] > centers[k - 1];
    }
    CHECK(grows);
    /* Neighbouring peaks of 1 add up to 1: the bands have the power of a tone between the first and the last centre. */
    memset(power, 0, sizeof power);
    power[192] = 0.25f;
    OK(das_bank_apply(bank, power, BINS, bands, BANDS));
    double sum = 0;
    for (size_t k = 0; k < BANDS; k++) {
      sum += bands[k];
    }
    CHECK(fabs(sum - 0.25) < 1e-6);
    size_t top = largest(bands, BANDS);
    CHECK(fabs(centers[top] - 3000) < centers[top + 1] - centers[top - 1]);
    das_bank_free(bank);
    bank = NULL;
  }
  /* An HTK centre is where the formula has it: (k + 1) / 41 of the way in mel. */
  parameters = fine, parameters.scale = DAS_BAND_SCALE_MEL_HTK;
  OK(das_bank_new(&parameters, &bank));
  OK(das_bank_read_centers(bank, centers, BANDS));
  double mel = 2595 * log10(1 + 16000 / 700.0) * 21 / 41;
  CHECK(fabs(centers[20] - 700 * (pow(10, mel / 2595) - 1)) < 1e-6);
  /* Area 1: a flat density stays flat, as far as bins are fine enough for the triangles. */
  for (size_t k = 0; k < BINS; k++) {
    power[k] = (float)WIDTH;
  }
  OK(das_bank_apply(bank, power, BINS, bands, BANDS));
  CHECK(fabsf(bands[BANDS - 1] - 1) < 0.01f && fabsf(bands[BANDS / 2] - 1) < 0.05f);

  FAILS(NULL_POINTER, das_bank_read_centers(NULL, centers, BANDS));
  FAILS(NULL_POINTER, das_bank_read_centers(bank, NULL, BANDS));
  FAILS(INVALID_ARGUMENT, das_bank_read_centers(bank, centers, BANDS + 1));
  FAILS(NULL_POINTER, das_bank_apply(NULL, power, BINS, bands, BANDS));
  FAILS(NULL_POINTER, das_bank_apply(bank, NULL, BINS, bands, BANDS));
  FAILS(NULL_POINTER, das_bank_apply(bank, power, BINS, NULL, BANDS));
  FAILS(INVALID_ARGUMENT, das_bank_apply(bank, power, BINS - 1, bands, BANDS));
  FAILS(INVALID_ARGUMENT, das_bank_apply(bank, power, BINS, bands, SIZE_MAX));
  FAILS(INVALID_ARGUMENT, das_bank_apply(bank, power, BINS, power + 1, BANDS));
  FAILS(INVALID_HANDLE, das_bank_apply((const das_bank *)(const void *)centers, power, BINS, bands, BANDS));
  das_bank_free(bank);
  das_bank_free(NULL);
  bank = NULL;

  FAILS(NULL_POINTER, das_bank_parameters_init(BINS, WIDTH, NULL));
  FAILS(INVALID_ARGUMENT, das_bank_parameters_init(1, WIDTH, &parameters));
  FAILS(INVALID_ARGUMENT, das_bank_parameters_init(UINT64_MAX, WIDTH, &parameters));
  FAILS(INVALID_ARGUMENT, das_bank_parameters_init(BINS, NAN, &parameters));
  FAILS(NULL_POINTER, das_bank_new(NULL, &bank));
  FAILS(NULL_POINTER, das_bank_new(&fine, NULL));
  parameters = fine, parameters.bins = 4194306;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  parameters = fine, parameters.bands = 0;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  parameters.bands = UINT32_MAX;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  parameters.bands = 2000;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  CHECK(strstr(das_last_error_message(), "between two bins") != NULL);
  parameters = fine, parameters.scale = 5;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  parameters = fine, parameters.norm = 2;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  parameters = fine, parameters.scale = DAS_BAND_SCALE_OCTAVE;
  FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  for (int kind = 0; kind < 4; kind++) {
    const double bad[4] = {NAN, INFINITY, -1, 1e300};
    parameters = fine, parameters.bin_width_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
    parameters = fine, parameters.min_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
    parameters = fine, parameters.max_hz = bad[kind];
    FAILS(INVALID_ARGUMENT, das_bank_new(&parameters, &bank));
  }
  CHECK(bank == NULL);
}

static void coefficients(void) {
  enum { COUNT = 13 };
  das_bank_parameters parameters;
  das_mfcc *mfcc = NULL;
  float power[BINS], one[COUNT], other[COUNT];
  for (size_t k = 0; k < BINS; k++) {
    power[k] = 1.0f / (float)(k + 1);
  }
  OK(das_bank_parameters_init(BINS, WIDTH, &parameters));
  OK(das_mfcc_new(&parameters, COUNT, &mfcc));
  OK(das_mfcc_apply(mfcc, power, BINS, one, COUNT));
  for (size_t k = 0; k < BINS; k++) {
    power[k] *= 100;
  }
  OK(das_mfcc_apply(mfcc, power, BINS, other, COUNT));
  /* A factor changes the first coefficient alone, by 10 sqrt(bands) log10 of it. */
  CHECK(fabs((double)other[0] - (double)one[0] - 20 * sqrt(BANDS)) < 1e-3);
  double worst = 0;
  for (size_t k = 1; k < COUNT; k++) {
    worst = fmax(worst, fabs((double)other[k] - (double)one[k]));
  }
  CHECK(worst < 1e-3 && fabsf(one[1]) > 1);
  /* Silence: all bands at -100 dB. */
  memset(power, 0, sizeof power);
  OK(das_mfcc_apply(mfcc, power, BINS, one, COUNT));
  CHECK(fabs((double)one[0] + 100 * sqrt(BANDS)) < 1e-3 && fabsf(one[5]) < 1e-3f);

  FAILS(NULL_POINTER, das_mfcc_apply(NULL, power, BINS, one, COUNT));
  FAILS(NULL_POINTER, das_mfcc_apply(mfcc, NULL, BINS, one, COUNT));
  FAILS(NULL_POINTER, das_mfcc_apply(mfcc, power, BINS, NULL, COUNT));
  FAILS(INVALID_ARGUMENT, das_mfcc_apply(mfcc, power, SIZE_MAX, one, COUNT));
  FAILS(INVALID_ARGUMENT, das_mfcc_apply(mfcc, power, BINS, one, COUNT + 1));
  das_mfcc_free(mfcc);
  das_mfcc_free(NULL);
  mfcc = NULL;
  FAILS(NULL_POINTER, das_mfcc_new(NULL, COUNT, &mfcc));
  FAILS(NULL_POINTER, das_mfcc_new(&parameters, COUNT, NULL));
  FAILS(INVALID_ARGUMENT, das_mfcc_new(&parameters, 0, &mfcc));
  FAILS(INVALID_ARGUMENT, das_mfcc_new(&parameters, BANDS + 1, &mfcc));
  FAILS(INVALID_ARGUMENT, das_mfcc_new(&parameters, SIZE_MAX, &mfcc));
  parameters.max_hz = NAN;
  FAILS(INVALID_ARGUMENT, das_mfcc_new(&parameters, COUNT, &mfcc));
  CHECK(mfcc == NULL);
}

static void classes(void) {
  das_chroma *chroma = NULL;
  das_spectra *spectra = NULL;
  das_sound *a_sound = NULL;
  float *samples = (float *)malloc(32000 * sizeof *samples), power[BINS], values[12];
  /* 880 Hz is an A. */
  for (size_t n = 0; n < 32000; n++) {
    samples[n] = (float)sin(6.283185307179586 * 880 * (double)n / 32000);
  }
  OK(das_sound_new(32000, 1, samples, 32000, &a_sound));
  OK(das_do_fft(a_sound, NULL, &spectra));
  OK(das_spectra_read(spectra, 30, power, BINS));
  OK(das_chroma_new(BINS, WIDTH, 0, &chroma));
  OK(das_chroma_apply(chroma, power, BINS, values, 12));
  CHECK(largest(values, 12) == 9 && values[3] < 0.01f * values[9]);
  das_chroma_free(chroma);
  /* With an A at 880 Hz x 2^(-1/12) / 2 it is an A sharp. */
  OK(das_chroma_new(BINS, WIDTH, -100, &chroma));
  OK(das_chroma_apply(chroma, power, BINS, values, 12));
  CHECK(largest(values, 12) == 10);
  FAILS(NULL_POINTER, das_chroma_apply(NULL, power, BINS, values, 12));
  FAILS(NULL_POINTER, das_chroma_apply(chroma, NULL, BINS, values, 12));
  FAILS(NULL_POINTER, das_chroma_apply(chroma, power, BINS, NULL, 12));
  FAILS(INVALID_ARGUMENT, das_chroma_apply(chroma, power, BINS + 1, values, 12));
  FAILS(INVALID_ARGUMENT, das_chroma_apply(chroma, power, BINS, values, 11));
  das_chroma_free(chroma);
  das_chroma_free(NULL);
  chroma = NULL;
  FAILS(NULL_POINTER, das_chroma_new(BINS, WIDTH, 0, NULL));
  FAILS(INVALID_ARGUMENT, das_chroma_new(0, WIDTH, 0, &chroma));
  FAILS(INVALID_ARGUMENT, das_chroma_new(UINT64_MAX, WIDTH, 0, &chroma));
  FAILS(INVALID_ARGUMENT, das_chroma_new(BINS, 0, 0, &chroma));
  FAILS(INVALID_ARGUMENT, das_chroma_new(BINS, INFINITY, 0, &chroma));
  FAILS(INVALID_ARGUMENT, das_chroma_new(BINS, WIDTH, NAN, &chroma));
  FAILS(INVALID_ARGUMENT, das_chroma_new(BINS, WIDTH, 1201, &chroma));
  CHECK(chroma == NULL);
  das_spectra_free(spectra);
  das_sound_free(a_sound);
  free(samples);
}

void test_banks(void) {
  banks();
  coefficients();
  classes();
}
