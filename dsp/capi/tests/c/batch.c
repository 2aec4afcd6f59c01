/* The batch: requests, progress, stopping. */
#include "check.h"

typedef struct {
  int calls, stop_after;
  double share;
  uint64_t files;
} seen;

static int watch(void *user, uint64_t files_done, uint64_t files, double share) {
  seen *so_far = (seen *)user;
  CHECK(files_done <= files && share >= so_far->share && share <= 1.0);
  so_far->calls++;
  so_far->share = share;
  so_far->files = files;
  return so_far->stop_after > 0 && so_far->calls >= so_far->stop_after;
}

static const char *request(const char *fixtures, const char *scratch) {
  static char text[4096];
  snprintf(text, sizeof text,
           "{\"files\":[\"%s/wav16.wav\",\"%s/make.sh\",\"%s/flac16.flac\"],\"output_folder\":\"%s\",\"threads\":2,"
           "\"operations\":[{\"operation\":\"analysis\"},{\"operation\":\"spectrogram\",\"width\":64,\"height\":32},"
           "{\"operation\":\"resampling\"},{\"operation\":\"mixing\"},{\"operation\":\"fft\"}]}",
           fixtures, fixtures, fixtures, scratch);
  return text;
}

void test_batch(const char *fixtures, const char *scratch) {
  das_text *outcome = NULL;
  seen all = {0, 0, 0, 0};
  OK(das_batch(request(fixtures, scratch), watch, &all, NULL, &outcome));
  CHECK(all.calls >= 3 && all.share == 1.0 && all.files == 3);
  CHECK(strstr(das_text_data(outcome), "\"code\":\"not_audio\"") != NULL);
  CHECK(contains(outcome, "\"succeeded\":10,\"failed\":5"));

  seen one = {0, 1, 0, 0};
  OK(das_batch(request(fixtures, scratch), watch, &one, NULL, &outcome));
  CHECK(one.calls == 1);
  CHECK(contains(outcome, "\"operation\":\"fft\""));

  das_cancel *cancel = NULL;
  OK(das_cancel_new(&cancel));
  OK(das_cancel_set(cancel));
  OK(das_batch(request(fixtures, scratch), NULL, NULL, cancel, &outcome));
  CHECK(contains(outcome, "\"succeeded\":0,\"failed\":15"));
  das_cancel_free(cancel);

  outcome = NULL;
  FAILS(INVALID_ARGUMENT, das_batch("", NULL, NULL, NULL, &outcome));
  FAILS(INVALID_ARGUMENT, das_batch("{}", NULL, NULL, NULL, &outcome));
  FAILS(INVALID_ARGUMENT, das_batch("\xff", NULL, NULL, NULL, &outcome));
  FAILS(INVALID_ARGUMENT, das_batch("{\"files\":[],\"operations\":[],\"output_folder\":\"/\"}", NULL, NULL, NULL, &outcome));
  CHECK(outcome == NULL);
}
