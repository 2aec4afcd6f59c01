// das.h is also a header of C++.
#include <cstring>

#include "das.h"

int main() {
  das_sound *sound = nullptr;
  const float samples[2] = {0.5F, -0.5F};
  das_sound_shape shape{};
  const bool fine = das_abi_version() == DAS_ABI_VERSION &&
                    das_sound_new(8000, 2, samples, 1, &sound) == DAS_STATUS_OK &&
                    das_sound_get_shape(sound, &shape) == DAS_STATUS_OK && shape.frames == 1 &&
                    std::strcmp(das_status_name(DAS_STATUS_BUSY), "busy") == 0;
  das_sound_free(sound);
  return fine ? 0 : 1;
}
