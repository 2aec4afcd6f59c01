/* Many threads: on handles of their own, on one that never changes, and all in one stream. */
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 20 };

typedef struct {
  const das_sound *shared;
  das_stft *stream;
  const char *file;
  atomic_int failed, busy, taken;
} common;

static void *read_together(void *user) {
  common *c = (common *)user;
  float samples[100];
  for (int k = 0; k < ROUNDS; k++) {
    das_spectra *spectra = NULL;
    das_text *json = NULL;
    int fine = das_sound_read(c->shared, 0, 50, samples, 100) == DAS_STATUS_OK &&
               das_do_fft(c->shared, NULL, &spectra) == DAS_STATUS_OK &&
               das_do_analysis(spectra, &json) == DAS_STATUS_OK && das_text_data(json) != NULL;
    das_text_free(json);
    das_spectra_free(spectra);
    /* Errors belong to their thread. */
    char message[64];
    snprintf(message, sizeof message, "there is no channel %d", 100 + k);
    fine = fine && das_sound_read(c->shared, 100 + (uint32_t)k, 0, samples, 1) == DAS_STATUS_INVALID_ARGUMENT &&
           strstr(das_last_error_message(), message) != NULL;
    atomic_fetch_add(&c->failed, !fine);
  }
  return NULL;
}

static void *decode_apart(void *user) {
  common *c = (common *)user;
  das_sound *sound = NULL;
  das_sound_shape shape;
  int fine = das_sound_load(c->file, NULL, &sound) == DAS_STATUS_OK &&
             das_sound_get_shape(sound, &shape) == DAS_STATUS_OK && shape.frames == 66150;
  das_sound_free(sound);
  atomic_fetch_add(&c->failed, !fine);
  return NULL;
}

static void *push_together(void *user) {
  common *c = (common *)user;
  float samples[2000] = {0};
  for (int k = 0; k < 50; k++) {
    das_status status = das_stft_push(c->stream, samples, 2000);
    atomic_fetch_add(&c->taken, status == DAS_STATUS_OK);
    atomic_fetch_add(&c->busy, status == DAS_STATUS_BUSY);
    atomic_fetch_add(&c->failed, status != DAS_STATUS_OK && status != DAS_STATUS_BUSY);
  }
  return NULL;
}

static void together(void *(*work)(void *), common *c) {
  pthread_t threads[THREADS];
  for (int k = 0; k < THREADS; k++) {
    CHECK(pthread_create(&threads[k], NULL, work, c) == 0);
  }
  for (int k = 0; k < THREADS; k++) {
    CHECK(pthread_join(threads[k], NULL) == 0);
  }
  CHECK(atomic_load(&c->failed) == 0);
}

/* Set from another thread while the batch runs on this one. */
static void *cancel_soon(void *user) {
  das_cancel_set((das_cancel *)user);
  return NULL;
}

void test_threads(const char *fixtures, const char *scratch) {
  das_sound *shared = sound(32000, 4000);
  common c = {.shared = shared, .file = join(fixtures, "alac.m4a")};
  together(read_together, &c);
  together(decode_apart, &c);
  das_sound_free(shared);

  OK(das_stft_new(NULL, &c.stream));
  together(push_together, &c);
  CHECK(atomic_load(&c.taken) > 0 && atomic_load(&c.taken) + atomic_load(&c.busy) == 50 * THREADS);
  /* Exactly what was taken has been transformed. */
  OK(das_stft_finish(c.stream));
  float *power = (float *)malloc(1025 * sizeof *power);
  size_t frames = 0, all = 0;
  do {
    OK(das_stft_read(c.stream, power, 1025, 1, &frames));
    all += frames;
  } while (frames > 0);
  CHECK(all == 1 + (size_t)atomic_load(&c.taken) * 2000 / 512);
  free(power);
  das_stft_free(c.stream);

  das_cancel *cancel = NULL;
  das_text *outcome = NULL;
  char request[2048];
  pthread_t thread;
  OK(das_cancel_new(&cancel));
  snprintf(request, sizeof request,
           "{\"files\":[\"%s/mp3.mp3\"],\"output_folder\":\"%s\",\"operations\":[{\"operation\":\"mixing\"}]}", fixtures,
           scratch);
  CHECK(pthread_create(&thread, NULL, cancel_soon, cancel) == 0);
  OK(das_batch(request, NULL, NULL, cancel, &outcome));
  CHECK(contains(outcome, "\"operation\":\"mixing\""));
  CHECK(pthread_join(thread, NULL) == 0);
  das_cancel_free(cancel);
}
