/* Versions, names, defaults, windows. */
#include "check.h"

void test_basics(void) {
  CHECK(das_abi_version() == DAS_ABI_VERSION);
  CHECK(strchr(das_version(), '.') != NULL);
  CHECK(strcmp(das_status_name(DAS_STATUS_OK), "ok") == 0);
  CHECK(strcmp(das_status_name(DAS_STATUS_INTERNAL), "internal") == 0);
  CHECK(strcmp(das_status_name(-1), "unknown") == 0 && strcmp(das_status_name(1000), "unknown") == 0);
  CHECK(das_last_error_message()[0] == 0 && das_last_error_code()[0] == 0);

  das_parameters parameters;
  OK(das_parameters_init(&parameters));
  CHECK(parameters.analysis_rate_hz == 32000 && parameters.window_length_frames == 2048);
  CHECK(parameters.hop_frames == 512 && parameters.window == DAS_WINDOW_HANN_PERIODIC);
  CHECK(parameters.max_columns == 2048 && parameters.max_buckets == 4096 && parameters.floor_dbfs == -120.0f);
  CHECK(parameters.measures == DAS_MEASURES_FULL && parameters.precision == DAS_PRECISION_SINGLE);
  das_limits limits;
  OK(das_limits_init(&limits));
  CHECK(limits.max_bytes == (uint64_t)4 << 30 && limits.max_duration_s == 86400.0);
  CHECK(limits.max_channels == 32 && limits.max_sample_rate_hz == 768000);
  das_picture picture;
  OK(das_picture_init(&picture));
  CHECK(picture.width == 1024 && picture.height == 512 && picture.palette == DAS_PALETTE_MAGMA);
  CHECK(picture.low_dbfs == -100.0f && picture.high_dbfs == 0.0f);
  das_transform transform;
  OK(das_transform_init(&transform));
  CHECK(transform.window_length_frames == 2048 && transform.hop_frames == 512);
  FAILS(NULL_POINTER, das_parameters_init(NULL));
  FAILS(NULL_POINTER, das_limits_init(NULL));
  FAILS(NULL_POINTER, das_picture_init(NULL));
  FAILS(NULL_POINTER, das_transform_init(NULL));

  float window[4] = {9, 9, 9, 9};
  OK(das_window_coefficients(DAS_WINDOW_HANN_PERIODIC, 0, window, 4));
  CHECK(window[0] == 0.0f && fabsf(window[1] - 0.5f) < 1e-7f && window[2] == 1.0f);
  OK(das_window_coefficients(DAS_WINDOW_RECTANGULAR, NAN, window, 3));
  CHECK(window[0] == 1.0f && window[2] == 1.0f && fabsf(window[3] - 0.5f) < 1e-7f);
  OK(das_window_coefficients(DAS_WINDOW_RECTANGULAR, 0, NULL, 0));
  FAILS(INVALID_ARGUMENT, das_window_coefficients(77, 0, window, 4));
  FAILS(NULL_POINTER, das_window_coefficients(0, 0, NULL, 4));
  FAILS(TOO_LARGE, das_window_coefficients(0, 0, window, SIZE_MAX));
  OK(das_window_coefficients(DAS_WINDOW_KAISER_SYMMETRIC, 8.6, window, 3));
  CHECK(window[1] == 1.0f && window[0] == window[2] && window[0] < 0.01f);
  FAILS(INVALID_ARGUMENT, das_window_coefficients(DAS_WINDOW_KAISER_PERIODIC, NAN, window, 4));
  FAILS(INVALID_ARGUMENT, das_window_coefficients(DAS_WINDOW_KAISER_PERIODIC, INFINITY, window, 4));

  das_window_figures figures;
  OK(das_window_get_figures(DAS_WINDOW_HANN_PERIODIC, 0, 1024, &figures));
  CHECK(fabs(figures.coherent_gain - 0.5) < 1e-6 && fabs(figures.noise_bandwidth_bins - 1.5) < 1e-6);
  CHECK(fabs(figures.scalloping_loss_db - 1.42) < 0.01);
  FAILS(NULL_POINTER, das_window_get_figures(DAS_WINDOW_HANN_PERIODIC, 0, 1024, NULL));
  FAILS(INVALID_ARGUMENT, das_window_get_figures(DAS_WINDOW_HANN_PERIODIC, 0, 0, &figures));
  FAILS(INVALID_ARGUMENT, das_window_get_figures(DAS_WINDOW_HANN_PERIODIC, 0, SIZE_MAX, &figures));
  FAILS(INVALID_ARGUMENT, das_window_get_figures(99, 0, 16, &figures));
}
