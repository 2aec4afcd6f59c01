/* Every function of das.h, with good and bad arguments: main FIXTURES SCRATCH, where SCRATCH is an empty folder. */
#include "check.h"

int checks = 0, failures = 0;

void test_basics(void);
void test_boundary(const char *fixtures, const char *scratch);
void test_sound(const char *fixtures, const char *scratch);
void test_streams(const char *fixtures, const char *scratch);
void test_transforms(void);
void test_normalize(void);
void test_transfer(void);
void test_filters(void);
void test_resynthesis(void);
void test_banks(void);
void test_edits(void);
void test_batch(const char *fixtures, const char *scratch);
void test_threads(const char *fixtures, const char *scratch);

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "%s FIXTURES SCRATCH\n", arguments[0]);
    return 2;
  }
  test_basics();
  test_boundary(arguments[1], arguments[2]);
  test_sound(arguments[1], arguments[2]);
  test_streams(arguments[1], arguments[2]);
  test_transforms();
  test_normalize();
  test_transfer();
  test_filters();
  test_resynthesis();
  test_banks();
  test_edits();
  test_batch(arguments[1], arguments[2]);
  test_threads(arguments[1], arguments[2]);
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
