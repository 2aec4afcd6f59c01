/* Decodes a file block by block, analyses it, paints it, and prints the document:
 *
 *   cc -std=c11 -Idsp/capi/include dsp/capi/examples/analyze.c -L target/release -ldas -o analyze
 *   LD_LIBRARY_PATH=target/release ./analyze song.flac song.png
 */
#include <stdio.h>
#include <stdlib.h>

#include <das.h>

static void check(das_status status) {
  if (status != DAS_STATUS_OK) {
    fprintf(stderr, "%s (%s): %s\n", das_status_name(status), das_last_error_code(), das_last_error_message());
    exit(EXIT_FAILURE);
  }
}

int main(int count, char **arguments) {
  if (count != 3 || das_abi_version() != DAS_ABI_VERSION) {
    fprintf(stderr, "%s SOUND PICTURE\n", arguments[0]);
    return EXIT_FAILURE;
  }
  das_decoder *decoder;
  das_stream_info info;
  check(das_decoder_open(arguments[1], NULL, &decoder));
  check(das_decoder_get_info(decoder, &info));

  das_analysis *analysis;
  check(das_analysis_new(info.sample_rate_hz, info.channels, info.bits_per_sample, NULL, &analysis));
  enum { FRAMES = 16384 };
  float *block = malloc(sizeof *block * FRAMES * info.channels);
  size_t frames;
  do {
    check(das_decoder_read(decoder, block, FRAMES, &frames));
    check(das_analysis_push(analysis, block, frames));
  } while (frames > 0);
  check(das_analysis_save_spectrogram(analysis, arguments[2], NULL));

  das_text *json;
  check(das_analysis_finish(analysis, &json));
  puts(das_text_data(json));

  das_text_free(json);
  das_analysis_free(analysis);
  das_decoder_free(decoder);
  free(block);
  return EXIT_SUCCESS;
}
