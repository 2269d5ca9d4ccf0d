/* Put in front of a server with LD_PRELOAD: a disk that forgets, a disk that fails, a clock that jumps.
 *
 * SHIM_LIVE    folder whose files are watched
 * SHIM_SHADOW  folder that holds what a power cut would leave: each successful sync of a file copies
 *              it there whole, and names follow at once (a forgotten unlink would leave a hot journal)
 * SHIM_FAULT   file of struct fault, shared with the harness: which call fails, and how
 * SHIM_CLOCK   file of one int64, shared with the harness: nanoseconds the wall clock is off by
 *
 * Only the wall clock is moved; the monotonic clock is the machine's. Nothing of this is of use
 * without dynamic linking, so the harness looks for this file in the maps of the process.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 65536
#define SHORT_WRITE (-1)

enum kind { WRITE = 1, SYNC = 2, OPEN = 4, RENAME = 8, TRUNCATE = 16, UNLINK = 32 };

/* Written by the harness: `kinds` and `error` before `at`; calls are counted from when `at` was 0. */
struct fault {
  int32_t kinds;   /* which calls are counted */
  int32_t error;   /* errno, or SHORT_WRITE */
  int64_t at;      /* the call that fails; 0 for none */
  int64_t forever; /* whether all after it fail too */
  int64_t seen;    /* calls counted */
  int64_t failed;  /* calls that failed */
};

static char live[PATH_MAX], shadow[PATH_MAX];
static size_t live_length;
static struct fault *fault;
static volatile int64_t *offset_ns;
static unsigned char watched[DESCRIPTORS];
static pthread_mutex_t mirror_lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

static void *shared(const char *variable, size_t length) {
  const char *path = getenv(variable);
  if (!path) return NULL;
  int fd = REAL(open)(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void *at = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) abort();
  REAL(close)(fd);
  return at;
}

__attribute__((constructor)) static void prepare(void) {
  const char *from = getenv("SHIM_LIVE"), *to = getenv("SHIM_SHADOW");
  if (from) live_length = strlen(strcpy(live, from));
  if (to) strcpy(shadow, to);
  fault = shared("SHIM_FAULT", sizeof *fault);
  offset_ns = shared("SHIM_CLOCK", sizeof *offset_ns);
}

static int is_live(const char *path) {
  return live_length && path && !strncmp(path, live, live_length) && path[live_length] == '/';
}

static int is_watched(int fd) { return fd >= 0 && fd < DESCRIPTORS && watched[fd]; }

static int opened(int fd, const char *path) {
  if (fd >= 0 && fd < DESCRIPTORS) watched[fd] = is_live(path) != 0;
  return fd;
}

/* Counts a call; its errno when it is to fail. */
static int failing(enum kind kind) {
  if (!fault) return 0;
  int64_t at = __atomic_load_n(&fault->at, __ATOMIC_SEQ_CST);
  if (!(fault->kinds & kind)) return 0;
  int64_t number = __atomic_add_fetch(&fault->seen, 1, __ATOMIC_SEQ_CST);
  if (!at || !(number == at || (fault->forever && number > at))) return 0;
  __atomic_add_fetch(&fault->failed, 1, __ATOMIC_SEQ_CST);
  return fault->error;
}

static int refused(enum kind kind) {
  int error = failing(kind);
  if (error > 0) errno = error;
  return error > 0;
}

static int in_shadow(char *to, const char *path) {
  return shadow[0] && is_live(path)
    && snprintf(to, PATH_MAX, "%s%s", shadow, path + live_length) < PATH_MAX;
}

/* Copies a file whole, beside and then into place: a kill in between leaves the older one. */
static void mirror(int fd) {
  char link[64], path[PATH_MAX], to[PATH_MAX], beside[PATH_MAX + 8];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  struct stat stat;
  if (!in_shadow(to, path) || REAL(fstat)(fd, &stat) || !S_ISREG(stat.st_mode)) return;
  snprintf(beside, sizeof beside, "%s.copy", to);
  pthread_mutex_lock(&mirror_lock);
  int turn = REAL(open)(shadow, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* among processes */
  if (turn < 0 || flock(turn, LOCK_EX)) abort();
  int in = REAL(open)(path, O_RDONLY | O_CLOEXEC);
  int out = REAL(open)(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  static char block[1 << 20];
  int whole = in >= 0 && out >= 0;
  while (whole) {
    ssize_t got = read(in, block, sizeof block);
    if (got <= 0) { whole = got == 0; break; }
    whole = REAL(write)(out, block, got) == got;
  }
  if (in >= 0) REAL(close)(in);
  if (out >= 0) REAL(close)(out);
  if (!whole || REAL(rename)(beside, to)) abort(); /* a shadow that is wrong must not look like a loss */
  REAL(close)(turn);
  pthread_mutex_unlock(&mirror_lock);
}

#define SYNCING(name)                                                                              \
  int name(int fd) {                                                                               \
    if (is_watched(fd) && refused(SYNC)) return -1;                                                \
    int done = REAL(name)(fd);                                                                     \
    if (!done && shadow[0] && is_watched(fd)) mirror(fd);                                          \
    return done;                                                                                   \
  }
SYNCING(fsync)
SYNCING(fdatasync)

#define WRITING(name, parameters, ...)                                                             \
  ssize_t name parameters {                                                                        \
    if (is_watched(fd)) {                                                                          \
      int error = failing(WRITE);                                                                  \
      if (error > 0) { errno = error; return -1; }                                                 \
      if (error == SHORT_WRITE && count > 1) count /= 2;                                           \
    }                                                                                              \
    return REAL(name)(__VA_ARGS__);                                                                \
  }
WRITING(write, (int fd, const void *from, size_t count), fd, from, count)
WRITING(pwrite, (int fd, const void *from, size_t count, off_t at), fd, from, count, at)
WRITING(pwrite64, (int fd, const void *from, size_t count, off64_t at), fd, from, count, at)

static mode_t mode_of(int flags, va_list *rest) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(*rest, mode_t) : 0;
}

#define OPENING(name, parameters, ...)                                                             \
  int name parameters {                                                                            \
    va_list rest;                                                                                  \
    va_start(rest, flags);                                                                         \
    mode_t mode = mode_of(flags, &rest);                                                           \
    va_end(rest);                                                                                  \
    if (is_live(path) && refused(OPEN)) return -1;                                                 \
    return opened(REAL(name)(__VA_ARGS__, mode), path);                                            \
  }
OPENING(open, (const char *path, int flags, ...), path, flags)
OPENING(open64, (const char *path, int flags, ...), path, flags)
OPENING(openat, (int folder, const char *path, int flags, ...), folder, path, flags)
OPENING(openat64, (int folder, const char *path, int flags, ...), folder, path, flags)

int close(int fd) {
  if (fd >= 0 && fd < DESCRIPTORS) watched[fd] = 0;
  return REAL(close)(fd);
}

#define TRUNCATING(name, type)                                                                     \
  int name(int fd, type length) {                                                                  \
    if (is_watched(fd) && refused(TRUNCATE)) return -1;                                            \
    return REAL(name)(fd, length); /* the shadow learns of it with the next sync */                \
  }
TRUNCATING(ftruncate, off_t)
TRUNCATING(ftruncate64, off64_t)

int unlink(const char *path) {
  char to[PATH_MAX];
  if (is_live(path) && refused(UNLINK)) return -1;
  int done = REAL(unlink)(path);
  if (!done && in_shadow(to, path)) REAL(unlink)(to);
  return done;
}

int rename(const char *from, const char *onto) {
  char source[PATH_MAX], target[PATH_MAX];
  if (is_live(onto) && refused(RENAME)) return -1;
  int done = REAL(rename)(from, onto);
  if (!done && in_shadow(source, from) && in_shadow(target, onto)) REAL(rename)(source, target);
  return done;
}

/* The wall clock, as far as it is off. */
int clock_gettime(clockid_t which, struct timespec *now) {
  int done = REAL(clock_gettime)(which, now);
  if (done || !offset_ns || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE)) return done;
  int64_t ns = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + *offset_ns;
  now->tv_sec = ns / 1000000000;
  now->tv_nsec = ns % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (into) *into = precise.tv_sec;
  return precise.tv_sec;
}
