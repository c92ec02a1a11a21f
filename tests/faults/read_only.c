/* Loaded before the C library (LD_PRELOAD): while the file that READ_ONLY_WHILE names exists,
   the folder that it lies in is as on a file system that has become read-only. Files that are open
   stay open, and writing to them fails, as it does after an emergency remount. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_read_only(const char *path) {
    const char *flag = getenv("READ_ONLY_WHILE");
    if (flag == NULL || strstr(path, "grantd.db") == NULL)
        return 0;
    return access(flag, F_OK) == 0;
}

static int is_on_it(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_read_only(path);
}

#define REFUSE(condition) \
    if (condition) { \
        errno = EROFS; \
        return -1; \
    }
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *from, size_t count) {
    REFUSE(is_on_it(fd))
    return NEXT(write)(fd, from, count);
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
    REFUSE(is_on_it(fd))
    return NEXT(pwrite)(fd, from, count, at);
}

ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) {
    REFUSE(is_on_it(fd))
    return NEXT(pwrite64)(fd, from, count, at);
}

int ftruncate(int fd, off_t length) {
    REFUSE(is_on_it(fd))
    return NEXT(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    REFUSE(is_on_it(fd))
    return NEXT(ftruncate64)(fd, length);
}

int unlink(const char *path) {
    REFUSE(is_read_only(path))
    return NEXT(unlink)(path);
}

static int mode_of(int flags, va_list rest) {
    return flags & O_CREAT ? va_arg(rest, int) : 0;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    REFUSE((flags & O_ACCMODE) != O_RDONLY && is_read_only(path))
    return NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = mode_of(flags, rest);
    va_end(rest);
    REFUSE((flags & O_ACCMODE) != O_RDONLY && is_read_only(path))
    return NEXT(open64)(path, flags, mode);
}
