/* Counting checks: one that fails is told with its place and the library's last error, and the others still run. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "das.h"

extern int checks, failures;

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    checks++;                                                                                                \
    if (!(condition)) {                                                                                      \
      failures++;                                                                                            \
      fprintf(stderr, "%s:%d: %s\n  last error: %s\n", __FILE__, __LINE__, #condition,                       \
              das_last_error_message());                                                                     \
    }                                                                                                        \
  } while (0)

#define OK(call) CHECK((call) == DAS_STATUS_OK)

/* A failure of that status, with words. */
#define FAILS(status, call)                                                                                  \
  do {                                                                                                       \
    CHECK((call) == DAS_STATUS_##status);                                                                    \
    CHECK(das_last_error_message()[0] != 0 && das_last_error_code()[0] != 0);                                \
  } while (0)

/* Whether the text contains the part; frees the text. */
static inline int contains(das_text *text, const char *part) {
  size_t length = 0;
  const char *data = das_text_data(text);
  int found = data != NULL && strstr(data, part) != NULL && das_text_length(text, &length) == DAS_STATUS_OK &&
              length == strlen(data);
  das_text_free(text);
  return found;
}

/* A path made of two parts, in a buffer that the next sixteen calls keep. */
static inline const char *join(const char *folder, const char *name) {
  static char paths[16][1024];
  static int next = 0;
  char *path = paths[next++ % 16];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

/* Interleaved stereo: a sine of 1 kHz and amplitude 0.5 on the left, silence on the right. The caller frees it. */
static inline float *tone(uint32_t rate_hz, size_t frames) {
  float *samples = (float *)calloc(frames * 2 + 1, sizeof *samples);
  for (size_t n = 0; samples != NULL && n < frames; n++) {
    samples[2 * n] = (float)(0.5 * sin(6.283185307179586 * 1000.0 * (double)n / (double)rate_hz));
  }
  return samples;
}

static inline das_sound *sound(uint32_t rate_hz, size_t frames) {
  das_sound *made = NULL;
  float *samples = tone(rate_hz, frames);
  OK(das_sound_new(rate_hz, 2, samples, frames, &made));
  free(samples);
  return made;
}

#endif
