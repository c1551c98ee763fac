/* Lets one file-system call below a folder fail: preloaded, it counts the calls of a process.
 *
 * FAILING_BELOW   the folder; calls on paths elsewhere go through uncounted
 * FAILING_LOG     a file to append the name of each counted call to
 * FAILING_NUMBER  which call fails, from 1
 * FAILING_ERROR   with which errno
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long counted;

static void note(const char *name)
{
    const char *log = getenv("FAILING_LOG");
    if (!log)
        return;
    int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    char line[64];
    int length = snprintf(line, sizeof line, "%s\n", name);
    syscall(SYS_write, file, line, length);
    syscall(SYS_close, file);
}

static int due(const char *name)
{
    const char *number = getenv("FAILING_NUMBER"), *error = getenv("FAILING_ERROR");
    int before = errno;
    note(name);
    errno = before;
    if (atomic_fetch_add(&counted, 1) + 1 != (number ? atol(number) : 0))
        return 0;
    errno = atoi(error);
    return 1;
}

static int below(const char *path)
{
    const char *folder = getenv("FAILING_BELOW");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int opened_below(int file)
{
    char link[64], path[PATH_MAX];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return 0;
    path[length] = 0;
    return below(path);
}

static int meant(int folder, const char *path)
{
    return path && (path[0] == '/' || folder == AT_FDCWD ? below(path) : opened_below(folder));
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_PATH(type, name, takes, path, gives) \
    type name takes { return meant(AT_FDCWD, path) && due(#name) ? -1 : REAL(name) gives; }
#define ON_PLACE(type, name, takes, folder, path, gives) \
    type name takes { return meant(folder, path) && due(#name) ? -1 : REAL(name) gives; }
#define ON_FILE(type, name, takes, gives) \
    type name takes { return opened_below(file) && due(#name) ? -1 : REAL(name) gives; }

#define OPENING(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        return meant(AT_FDCWD, path) && due(#name) ? -1 : REAL(name)(path, flags, mode); \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        return meant(folder, path) && due(#name) ? -1 : REAL(name)(folder, path, flags, mode); \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

ON_FILE(ssize_t, read, (int file, void *to, size_t size), (file, to, size))
ON_FILE(ssize_t, write, (int file, const void *from, size_t size), (file, from, size))
ON_FILE(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at))
ON_FILE(int, ftruncate64, (int file, off64_t size), (file, size))
ON_FILE(int, fsync, (int file), (file))
ON_FILE(int, fdatasync, (int file), (file))
ON_FILE(int, syncfs, (int file), (file))
ON_FILE(int, fchmod, (int file, mode_t mode), (file, mode))
ON_FILE(int, flock, (int file, int how), (file, how))
ON_PATH(int, mkdir, (const char *path, mode_t mode), path, (path, mode))
ON_PATH(int, rmdir, (const char *path), path, (path))
ON_PATH(int, unlink, (const char *path), path, (path))
ON_PATH(int, chmod, (const char *path, mode_t mode), path, (path, mode))
ON_PATH(int, rename, (const char *from, const char *to), to, (from, to))
ON_PATH(int, link, (const char *from, const char *to), to, (from, to))
ON_PATH(int, symlink, (const char *target, const char *path), path, (target, path))
ON_PATH(ssize_t, readlink, (const char *path, char *to, size_t size), path, (path, to, size))
ON_PLACE(int, mkdirat, (int folder, const char *path, mode_t mode), folder, path, (folder, path, mode))
ON_PLACE(int, unlinkat, (int folder, const char *path, int flags), folder, path, (folder, path, flags))
ON_PLACE(int, fchmodat, (int folder, const char *path, mode_t mode, int flags), folder, path,
         (folder, path, mode, flags))
ON_PLACE(int, linkat, (int from, const char *old, int to, const char *new, int flags), to, new,
         (from, old, to, new, flags))
ON_PLACE(int, symlinkat, (const char *target, int folder, const char *path), folder, path,
         (target, folder, path))
ON_PLACE(int, renameat, (int from, const char *old, int to, const char *new), to, new,
         (from, old, to, new))
ON_PLACE(int, utimensat, (int folder, const char *path, const struct timespec times[2], int flags),
         folder, path, (folder, path, times, flags))
