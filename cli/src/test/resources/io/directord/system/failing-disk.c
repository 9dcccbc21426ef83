/*
 * To be preloaded: while the file $FAILING_DISK_ERROR has a number in it, whatever changes files
 * below the directory $FAILING_DISK fails with that number, as on a disk that is broken or was
 * mounted read-only; of a negative number only what syncs them. The kernel lets nobody mount one so while files are open there for writing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) __typeof__(&name) real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

static int below(const char *path) {
  const char *disk = getenv("FAILING_DISK");
  return disk != NULL && path != NULL && strncmp(path, disk, strlen(disk)) == 0;
}

static int error(void) {
  char text[16] = {0};
  REAL(open);
  int file = real(getenv("FAILING_DISK_ERROR"), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 ? atoi(text) : 0;
}

static int fails(const char *path, int syncs) {
  int before = errno;
  int now = below(path) ? error() : 0;
  now = now >= 0 ? now : syncs ? -now : 0;
  errno = now != 0 ? now : before;
  return now != 0;
}

static int fails_at(int descriptor, int syncs) {
  char link[64], path[4096];
  int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = before;
  if (length < 0) {
    return 0;
  }
  path[length] = 0;
  return fails(path, syncs);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  REAL(write);
  return fails_at(descriptor, 0) ? -1 : real(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  return fails_at(descriptor, 0) ? -1 : real(descriptor, bytes, count, at);
}

int fsync(int descriptor) {
  REAL(fsync);
  return fails_at(descriptor, 1) ? -1 : real(descriptor);
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  return fails_at(descriptor, 1) ? -1 : real(descriptor);
}

int ftruncate64(int descriptor, off64_t length) {
  REAL(ftruncate64);
  return fails_at(descriptor, 0) ? -1 : real(descriptor, length);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  REAL(open64);
  return (flags & (O_WRONLY | O_RDWR | O_CREAT)) && fails(path, 0) ? -1 : real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  REAL(open);
  return (flags & (O_WRONLY | O_RDWR | O_CREAT)) && fails(path, 0) ? -1 : real(path, flags, mode);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return fails(to, 0) ? -1 : real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  return fails(path, 0) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  return fails(path, 0) ? -1 : real(path, mode);
}
