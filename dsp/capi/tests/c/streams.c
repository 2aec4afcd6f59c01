/* Decoder, analysis and resampler, piece by piece. */
#include "check.h"

enum { BLOCK = 777 };

static void decode_and_analyse(const char *fixtures, const char *scratch) {
  das_decoder *decoder = NULL;
  das_analysis *analysis = NULL;
  das_stream_info info;
  das_text *json = NULL;
  OK(das_decoder_open(join(fixtures, "wav24.wav"), NULL, &decoder));
  OK(das_decoder_get_info(decoder, &info));
  CHECK(info.frames == 66150 && info.channels == 2 && info.sample_rate_hz == 44100 && info.bits_per_sample == 24);
  FAILS(NULL_POINTER, das_decoder_get_info(decoder, NULL));
  OK(das_decoder_describe(decoder, &json));
  CHECK(contains(json, "\"codec\":\"pcm_s24le\""));
  FAILS(NULL_POINTER, das_decoder_describe(decoder, NULL));

  float block[2 * BLOCK];
  size_t frames = 0, all = 0;
  FAILS(NULL_POINTER, das_decoder_read(decoder, NULL, BLOCK, &frames));
  FAILS(NULL_POINTER, das_decoder_read(decoder, block, BLOCK, NULL));
  FAILS(TOO_LARGE, das_decoder_read(decoder, block, SIZE_MAX, &frames));
  FAILS(INVALID_ARGUMENT, das_decoder_read(decoder, block, BLOCK, (size_t *)(void *)(block + 2)));
  OK(das_decoder_read(decoder, NULL, 0, &frames));
  CHECK(frames == 0);

  OK(das_analysis_new(info.sample_rate_hz, info.channels, info.bits_per_sample, NULL, &analysis));
  do {
    OK(das_decoder_read(decoder, block, BLOCK, &frames));
    OK(das_analysis_push(analysis, block, frames));
    all += frames;
    /* Short only at the end. */
    CHECK(frames == BLOCK || all == 66150);
  } while (frames > 0);
  CHECK(all == 66150);
  OK(das_decoder_read(decoder, block, BLOCK, &frames));
  CHECK(frames == 0);
  FAILS(NULL_POINTER, das_analysis_push(analysis, NULL, 1));
  FAILS(TOO_LARGE, das_analysis_push(analysis, block, SIZE_MAX / 2));
  FAILS(NULL_POINTER, das_analysis_save_spectrogram(analysis, NULL, NULL));
  OK(das_analysis_save_spectrogram(analysis, join(scratch, "stream.png"), NULL));
  FAILS(NULL_POINTER, das_analysis_finish(analysis, NULL));
  OK(das_analysis_finish(analysis, &json));
  CHECK(contains(json, "\"frames\":66150"));
  FAILS(STATE, das_analysis_finish(analysis, &json));
  FAILS(STATE, das_analysis_push(analysis, block, 1));
  FAILS(STATE, das_analysis_save_spectrogram(analysis, join(scratch, "late.png"), NULL));
  das_analysis_free(analysis);
  das_decoder_free(decoder);

  OK(das_analysis_new(8000, 1, 0, NULL, &analysis));
  block[3] = NAN;
  FAILS(NOT_FINITE, das_analysis_push(analysis, block, 10));
  FAILS(STATE, das_analysis_finish(analysis, &json));
  das_analysis_free(analysis);
  OK(das_analysis_new(8000, 1, 0, NULL, &analysis));
  FAILS(REFUSED, das_analysis_finish(analysis, &json));
  das_analysis_free(analysis);
}

/* A file in memory, whole and cut. */
static void memory(const char *fixtures) {
  FILE *file = fopen(join(fixtures, "flac16.flac"), "rb");
  uint8_t *bytes = (uint8_t *)malloc(1 << 20);
  size_t length = 0, frames = 0, all = 0;
  float block[2 * BLOCK];
  CHECK(file != NULL && bytes != NULL);
  if (file == NULL || bytes == NULL) {
    return;
  }
  length = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  for (int cut = 0; cut < 2; cut++) {
    das_decoder *decoder = NULL;
    das_status status = DAS_STATUS_OK;
    OK(das_decoder_open_memory(bytes, cut ? length / 2 : length, NULL, &decoder));
    all = 0;
    do {
      status = das_decoder_read(decoder, block, BLOCK, &frames);
      all += status == DAS_STATUS_OK ? frames : 0;
    } while (status == DAS_STATUS_OK && frames > 0);
    if (cut) {
      CHECK(status == DAS_STATUS_REFUSED && all > 1000 && all < 66150);
      FAILS(STATE, das_decoder_read(decoder, block, BLOCK, &frames));
    } else {
      CHECK(status == DAS_STATUS_OK && all == 66150);
    }
    das_decoder_free(decoder);
  }
  free(bytes);
}

static void resample(void) {
  das_resampler *resampler = NULL;
  das_sound *a_sound = sound(44100, 10000), *expected = NULL;
  float *samples = tone(44100, 10000), *out = (float *)malloc(2 * 8000 * sizeof *out), *right = NULL;
  size_t frames = 0, all = 0;
  OK(das_do_resampling(a_sound, 32000, DAS_QUALITY_DB120, &expected));
  OK(das_resampler_new(44100, 32000, 2, DAS_QUALITY_DB120, &resampler));
  for (size_t start = 0; start < 10000; start += 1000) {
    OK(das_resampler_push(resampler, samples + 2 * start, 1000));
    OK(das_resampler_read(resampler, out + 2 * all, 8000 - all, &frames));
    all += frames;
  }
  OK(das_resampler_finish(resampler));
  FAILS(STATE, das_resampler_finish(resampler));
  FAILS(STATE, das_resampler_push(resampler, samples, 1));
  do {
    OK(das_resampler_read(resampler, out + 2 * all, 100, &frames));
    all += frames;
  } while (frames > 0);
  CHECK(all == 7257);
  right = (float *)malloc(all * sizeof *right);
  OK(das_sound_read(expected, 0, 0, right, all));
  for (size_t n = 0; n < all; n++) {
    if (out[2 * n] != right[n]) {
      CHECK(!"streaming equals one-shot");
      break;
    }
  }
  FAILS(NULL_POINTER, das_resampler_read(resampler, NULL, 1, &frames));
  FAILS(NULL_POINTER, das_resampler_read(resampler, out, 1, NULL));
  FAILS(TOO_LARGE, das_resampler_read(resampler, out, SIZE_MAX, &frames));
  das_resampler_free(resampler);

  OK(das_resampler_new(3000, 768000, 1, DAS_QUALITY_DB120, &resampler));
  FAILS(NULL_POINTER, das_resampler_push(resampler, NULL, 1));
  FAILS(TOO_LARGE, das_resampler_push(resampler, samples, SIZE_MAX));
  das_resampler_free(resampler);
  das_sound_free(expected);
  das_sound_free(a_sound);
  free(samples);
  free(right);
  free(out);
}

void test_streams(const char *fixtures, const char *scratch) {
  decode_and_analyse(fixtures, scratch);
  memory(fixtures);
  resample();
}
