/* Sound in memory, and the operations by name: resample, mix, transform, analyse. */
#include "check.h"

static void reading(void) {
  const float samples[6] = {1, -1, 0.5f, -0.5f, 0.25f, -0.25f};
  float out[3] = {9, 9, 9};
  das_sound *a_sound = NULL;
  das_sound_shape shape;
  OK(das_sound_new(44100, 2, samples, 3, &a_sound));
  OK(das_sound_get_shape(a_sound, &shape));
  CHECK(shape.frames == 3 && shape.channels == 2 && shape.sample_rate_hz == 44100);
  OK(das_sound_read(a_sound, 1, 1, out, 2));
  CHECK(out[0] == -0.5f && out[1] == -0.25f && out[2] == 9.0f);
  OK(das_sound_read(a_sound, 0, 3, NULL, 0));
  FAILS(INVALID_ARGUMENT, das_sound_read(a_sound, 2, 0, out, 1));
  FAILS(INVALID_ARGUMENT, das_sound_read(a_sound, 0, 1, out, 3));
  FAILS(INVALID_ARGUMENT, das_sound_read(a_sound, 0, UINT64_MAX, out, 1));
  FAILS(INVALID_ARGUMENT, das_sound_read(a_sound, 0, 1, out, SIZE_MAX));
  das_sound_free(a_sound);
  OK(das_sound_new(44100, 2, NULL, 0, &a_sound));
  das_text *text = NULL;
  FAILS(REFUSED, das_analyze_sound(a_sound, NULL, &text));
  das_sound_free(a_sound);
}

static void files(const char *fixtures, const char *scratch) {
  das_sound *from = NULL, *back = NULL;
  das_sound_shape shape, other;
  uint64_t limited = 99;
  float one[64], two[64];
  OK(das_sound_load(join(fixtures, "flac16.flac"), NULL, &from));
  OK(das_sound_get_shape(from, &shape));
  CHECK(shape.frames == 66150 && shape.channels == 2 && shape.sample_rate_hz == 44100);
  for (uint32_t encoding = DAS_ENCODING_PCM16; encoding <= DAS_ENCODING_FLOAT32; encoding++) {
    OK(das_sound_save(from, join(scratch, "again.wav"), encoding, &limited));
    CHECK(limited == 0);
    OK(das_sound_load(join(scratch, "again.wav"), NULL, &back));
    OK(das_sound_get_shape(back, &other));
    CHECK(other.frames == shape.frames && other.channels == 2);
    OK(das_sound_read(from, 1, 30000, one, 64));
    OK(das_sound_read(back, 1, 30000, two, 64));
    CHECK(memcmp(one, two, sizeof one) == 0);
    das_sound_free(back);
  }
  das_sound_free(from);

  const float loud[2] = {2.0f, -2.0f};
  OK(das_sound_new(8000, 1, loud, 2, &from));
  OK(das_sound_save(from, join(scratch, "loud.wav"), DAS_ENCODING_PCM16, &limited));
  CHECK(limited == 2);
  das_sound_free(from);
}

static void operations(const char *fixtures, const char *scratch) {
  das_sound *a_sound = sound(44100, 44100), *resampled = NULL, *mixed = NULL;
  das_sound_shape shape;
  OK(das_do_resampling(a_sound, 32000, DAS_QUALITY_DB120, &resampled));
  OK(das_sound_get_shape(resampled, &shape));
  CHECK(shape.frames == 32000 && shape.channels == 2 && shape.sample_rate_hz == 32000);
  OK(das_do_mixing(resampled, DAS_MIX_MEAN, DAS_SCALE_UNITY, &mixed));
  OK(das_sound_get_shape(mixed, &shape));
  CHECK(shape.channels == 1);

  das_sound *stereo = NULL;
  double headroom_db = 1;
  const das_track tracks[2] = {{a_sound, 6.0, 0, 0}, {a_sound, 6.0, 0.5, 441}};
  OK(das_mix_sounds(tracks, 2, -1.0, &stereo, &headroom_db));
  OK(das_sound_get_shape(stereo, &shape));
  CHECK(shape.channels == 2 && shape.frames == 44541 && headroom_db < -3.0);
  das_sound_free(stereo);
  OK(das_do_mixing(a_sound, DAS_MIX_STEREO, DAS_SCALE_SAFE, &stereo));
  OK(das_sound_get_shape(stereo, &shape));
  CHECK(shape.channels == 2);
  das_sound_free(stereo);

  das_spectra *spectra = NULL;
  das_spectra_shape layout;
  OK(das_do_fft(mixed, NULL, &spectra));
  OK(das_spectra_get_shape(spectra, &layout));
  CHECK(layout.frames == 63 && layout.bins == 1025 && layout.bin_width_hz == 15.625);
  CHECK(layout.sample_rate_hz == 32000 && layout.window == DAS_WINDOW_HANN_PERIODIC && layout.hop_s == 0.016);
  float *power = (float *)malloc(1025 * sizeof *power);
  OK(das_spectra_read(spectra, 30, power, 1025));
  /* 1 kHz is cell 64; amplitude 0.5 on one of two channels is 0.25. */
  CHECK(fabsf(power[64] - 0.0625f) < 1e-5f && power[200] < 1e-9f);
  FAILS(INVALID_ARGUMENT, das_spectra_read(spectra, 63, power, 1025));
  FAILS(INVALID_ARGUMENT, das_spectra_read(spectra, UINT64_MAX, power, 1025));
  FAILS(INVALID_ARGUMENT, das_spectra_read(spectra, 0, power, 1024));
  FAILS(NULL_POINTER, das_spectra_read(spectra, 0, NULL, 1025));
  free(power);

  das_text *json = NULL;
  OK(das_do_analysis(spectra, &json));
  CHECK(contains(json, "\"frames\":63"));
  OK(das_analyze_sound(a_sound, NULL, &json));
  CHECK(contains(json, "\"container\":\"memory\""));
  OK(das_analyze_file(join(fixtures, "mp3.mp3"), NULL, NULL, &json));
  CHECK(contains(json, "\"codec\":\"mp3\""));
  OK(das_save_spectrogram(join(fixtures, "vorbis.ogg"), join(scratch, "vorbis.png"), NULL, NULL, NULL));
  FILE *file = fopen(join(scratch, "vorbis.png"), "rb");
  char magic[5] = {0};
  CHECK(file != NULL && fread(magic, 1, 4, file) == 4 && memcmp(magic, "\x89PNG", 4) == 0);
  if (file != NULL) {
    fclose(file);
  }
  das_spectra_free(spectra);
  das_sound_free(mixed);
  das_sound_free(resampled);
  das_sound_free(a_sound);
}

void test_sound(const char *fixtures, const char *scratch) {
  reading();
  files(fixtures, scratch);
  operations(fixtures, scratch);
}
