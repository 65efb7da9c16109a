// A preloaded library that makes a process lose what it has not synced, or fails or slows its disk.
//
//   LOSSYIO_DIR  only files below it are touched
//   LOSSYIO_CTL  a file of one line, read every 5 ms:
//     ok         nothing
//     eio        writes and syncs fail with EIO
//     enospc     writes fail with ENOSPC
//     fsync-eio  syncs fail with EIO
//     fsync-lie  syncs answer 0 and keep nothing
//     slow MS    syncs take so long
//     crash      undo every write that was not synced, newest first, then exit with 137
//
// Not seen: mapped memory, io_uring, and whether names in directories are durable.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// What a write replaced. The descriptor is our own: the process may have closed its.
struct undo {
  struct undo *next;
  dev_t device;
  ino_t inode;
  int fd;
  off_t offset;
  off_t old_size;
  size_t old_length;
  char old[];
};

enum mode { OK, EIO_ALL, NO_SPACE, SYNC_EIO, SYNC_LIE, SYNC_SLOW };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *newest;
static const char *directory;
static const char *control;
static volatile enum mode mode = OK;
static volatile long slow_ms;
static __thread int inside;

static int ours(int fd) {
  if (!directory || inside) return 0;
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return strncmp(path, directory, strlen(directory)) == 0;
}

static void crash(void) {
  inside = 1;
  // Held for ever: whoever is about to write or to hear of a sync waits until the end.
  pthread_mutex_lock(&lock);
  int undone = 0;
  for (struct undo *u = newest; u; u = u->next, undone++) {
    if (u->old_length) syscall(SYS_pwrite64, u->fd, u->old, u->old_length, u->offset);
    if (syscall(SYS_ftruncate, u->fd, u->old_size)) dprintf(2, "lossyio: cannot undo\n");
  }
  dprintf(2, "lossyio: crash, undid %d writes\n", undone);
  _exit(137);
}

static void obey(const char *line) {
  if (!strncmp(line, "crash", 5)) crash();
  if (!strncmp(line, "slow", 4)) {
    slow_ms = atol(line + 4);
    mode = SYNC_SLOW;
  } else if (!strncmp(line, "eio", 3)) {
    mode = EIO_ALL;
  } else if (!strncmp(line, "enospc", 6)) {
    mode = NO_SPACE;
  } else if (!strncmp(line, "fsync-eio", 9)) {
    mode = SYNC_EIO;
  } else if (!strncmp(line, "fsync-lie", 9)) {
    mode = SYNC_LIE;
  } else {
    mode = OK;
  }
}

static void *watch(void *unused) {
  (void)unused;
  inside = 1;
  for (;; usleep(5000)) {
    int fd = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    char line[64];
    ssize_t n = syscall(SYS_read, fd, line, sizeof line - 1);
    syscall(SYS_close, fd);
    if (n <= 0) continue;
    line[n] = 0;
    obey(line);
  }
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  directory = getenv("LOSSYIO_DIR");
  control = getenv("LOSSYIO_CTL");
  if (!directory || !control) return;
  pthread_t thread;
  pthread_create(&thread, NULL, watch, NULL);
  pthread_detach(thread);
  usleep(20000);
}

// Keeps what a write is about to replace; -1 with errno if it must fail.
static int before_write(int fd, off_t offset, size_t length) {
  if (mode == EIO_ALL) {
    errno = EIO;
    return -1;
  }
  if (mode == NO_SPACE) {
    errno = ENOSPC;
    return -1;
  }
  struct stat st;
  if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return 0;
  size_t kept = 0;
  if (offset < st.st_size) {
    kept = (size_t)(st.st_size - offset) < length ? (size_t)(st.st_size - offset) : length;
  }
  struct undo *u = malloc(sizeof *u + kept);
  u->device = st.st_dev;
  u->inode = st.st_ino;
  u->offset = offset;
  u->old_size = st.st_size;
  u->old_length = kept;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  u->fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (kept) syscall(SYS_pread64, u->fd, u->old, kept, offset);
  pthread_mutex_lock(&lock);
  u->next = newest;
  newest = u;
  pthread_mutex_unlock(&lock);
  return 0;
}

static void forget(int fd) {
  struct stat st;
  fstat(fd, &st);
  pthread_mutex_lock(&lock);
  for (struct undo **at = &newest; *at;) {
    struct undo *u = *at;
    if (u->device == st.st_dev && u->inode == st.st_ino) {
      *at = u->next;
      syscall(SYS_close, u->fd);
      free(u);
    } else {
      at = &u->next;
    }
  }
  pthread_mutex_unlock(&lock);
}

static int synced(int fd, int call) {
  if (!ours(fd)) return syscall(call, fd);
  if (mode == EIO_ALL || mode == SYNC_EIO) {
    errno = EIO;
    return -1;
  }
  if (mode == SYNC_LIE) return 0;
  if (mode == SYNC_SLOW) usleep(slow_ms * 1000);
  int result = syscall(call, fd);
  if (!result) forget(fd);
  return result;
}

// Where a write without an offset of its own goes.
static off_t position(int fd) {
  return lseek(fd, 0, (fcntl(fd, F_GETFL) & O_APPEND) ? SEEK_END : SEEK_CUR);
}

int fsync(int fd) { return synced(fd, SYS_fsync); }

int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t offset) {
  if (ours(fd) && before_write(fd, offset, n)) return -1;
  return syscall(SYS_pwrite64, fd, bytes, n, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset) {
  return pwrite64(fd, bytes, n, offset);
}

ssize_t write(int fd, const void *bytes, size_t n) {
  if (ours(fd) && before_write(fd, position(fd), n)) return -1;
  return syscall(SYS_write, fd, bytes, n);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (ours(fd)) {
    size_t n = 0;
    for (int i = 0; i < count; i++) n += parts[i].iov_len;
    if (before_write(fd, position(fd), n)) return -1;
  }
  return syscall(SYS_writev, fd, parts, count);
}

int ftruncate64(int fd, off_t n) {
  if (ours(fd)) {
    struct stat st;
    fstat(fd, &st);
    int shrinks = n < st.st_size;
    if (before_write(fd, shrinks ? n : st.st_size, shrinks ? (size_t)(st.st_size - n) : 0)) {
      return -1;
    }
  }
  return syscall(SYS_ftruncate, fd, n);
}

int ftruncate(int fd, off_t n) { return ftruncate64(fd, n); }
