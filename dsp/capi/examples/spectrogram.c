#include <das.h>
#include <stdio.h>

int main(int count, char **arguments) {
  if (count != 3 || das_abi_version() != DAS_ABI_VERSION) {
    return 2;
  }
  das_picture picture;
  das_picture_init(&picture);
  picture.width = 1600;
  picture.palette = DAS_PALETTE_VIRIDIS;
  if (das_save_spectrogram(arguments[1], arguments[2], &picture, NULL, NULL) != DAS_STATUS_OK) {
    fprintf(stderr, "%s\n", das_last_error_message());
    return 1;
  }
  return 0;
}
