// A preloaded library that falsifies the clocks of a process.
//
//   CLOCKS_RATE  how fast all clocks go from the start of the process on, such as 1.1
//   CLOCKS_CTL   a file that holds by how many seconds the wall clock is off; read every 50 ms
//
// libfaketime would do, but for its waits: with a JVM whose monotonic clock it leaves alone they
// return at once, and every thread of the JVM that waits spins. Here a wait until a moment of a
// falsified clock waits until the true moment. Waits for a span, as of epoll, take their true time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

typedef int (*get_time)(clockid_t, struct timespec *);
typedef int (*timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static get_time true_time;
static timed_wait true_wait;
static const char *control;
static double rate = 1;
static int64_t wall_start;
static int64_t monotonic_start;
static volatile int64_t wall_offset;

static int64_t nanos(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }

static struct timespec spec(int64_t n) { return (struct timespec){n / SECOND, n % SECOND}; }

static int64_t truly(clockid_t clock) {
  struct timespec t;
  if (true_time) {
    true_time(clock, &t);
  } else {
    syscall(SYS_clock_gettime, clock, &t);
  }
  return nanos(&t);
}

static void *watch(void *unused) {
  (void)unused;
  for (;; usleep(50000)) {
    int fd = open(control, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    char line[32];
    ssize_t n = read(fd, line, sizeof line - 1);
    close(fd);
    if (n <= 0) continue;
    line[n] = 0;
    wall_offset = atol(line) * SECOND;
  }
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  true_time = (get_time)dlsym(RTLD_NEXT, "clock_gettime");
  // The plain name would find the oldest of its versions, which knows another kind of condition.
  true_wait = (timed_wait)dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (!true_wait) true_wait = (timed_wait)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  wall_start = truly(CLOCK_REALTIME);
  monotonic_start = truly(CLOCK_MONOTONIC);
  const char *given = getenv("CLOCKS_RATE");
  if (given) rate = atof(given);
  control = getenv("CLOCKS_CTL");
  if (!control) return;
  pthread_t thread;
  pthread_create(&thread, NULL, watch, NULL);
  pthread_detach(thread);
}

static int64_t falsified(int64_t now, int64_t start) {
  return start ? start + (int64_t)((now - start) * rate) : now;
}

int clock_gettime(clockid_t clock, struct timespec *t) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      *t = spec(falsified(truly(clock), wall_start) + wall_offset);
      return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
      *t = spec(falsified(truly(clock), monotonic_start));
      return 0;
    default:
      return true_time ? true_time(clock, t) : (int)syscall(SYS_clock_gettime, clock, t);
  }
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *t) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (t) *t = now.tv_sec;
  return now.tv_sec;
}

// Which clock a condition has cannot be asked, but no machine has been up for as long as it is
// since 1970.
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until) {
  int64_t at = nanos(until);
  if (at < 0) return true_wait(condition, mutex, until);
  int monotonic = at < wall_start / 2;
  int64_t start = monotonic ? monotonic_start : wall_start;
  if (!monotonic) at -= wall_offset;
  int64_t true_at = start + (int64_t)((at - start) / rate);
  struct timespec t = spec(true_at < 0 ? 0 : true_at);
  return true_wait(condition, mutex, &t);
}
