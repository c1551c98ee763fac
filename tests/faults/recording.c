/* Writes down what processes do to the files below a folder: preloaded, it appends a record for
 * each call that changed something or synced it, in the order in which that happened.
 *
 * RECORDING_BELOW   the folder
 * RECORDING_LOG     the file of records, which is elsewhere
 *
 * A record is its length (a native 32-bit integer) and that many bytes: the kind of change, a path,
 * another path or a link's target, a number (a mode, an offset or a size), when the file was last
 * changed (ns), each ended by a NUL; then the data that was written. Children are followed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PASSED 3
static char passed[PASSED][PATH_MAX];
static const char *const names[PASSED] = {"LD_PRELOAD", "RECORDING_BELOW", "RECORDING_LOG"};
static const char *below, *records;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void)
{
    for (int each = 0; each < PASSED; each++) {
        const char *value = getenv(names[each]);
        snprintf(passed[each], sizeof passed[each], "%s=%s", names[each], value ? value : "");
    }
    below = strchr(passed[1], '=') + 1;
    records = strchr(passed[2], '=') + 1;
}

/* One change at a time, whichever process makes it. */
static int turn(void)
{
    int before = errno;
    int log = syscall(SYS_openat, AT_FDCWD, records, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0 || syscall(SYS_flock, log, LOCK_EX) < 0)
        abort();
    errno = before;
    return log;
}

static void over(int log)
{
    int before = errno;
    syscall(SYS_close, log);
    errno = before;
}

static int inside(const char *path)
{
    size_t length = strlen(below);
    return length && strncmp(path, below, length) == 0 && (path[length] == '/' || !path[length]);
}

static int path_of(int file, char *to)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, to, PATH_MAX - 1);
    if (length < 0)
        return 0;
    to[length] = 0;
    return inside(to) && !strstr(to, " (deleted)");
}

/* The path without links in it, but for the last name; whether it is inside. */
static int real_path(int folder, const char *path, char *to)
{
    char whole[2 * PATH_MAX], at[PATH_MAX];
    int before = errno;
    if (!path)
        return 0;
    if (path[0] == '/')
        snprintf(whole, sizeof whole, "%s", path);
    else if (folder == AT_FDCWD && getcwd(at, sizeof at))
        snprintf(whole, sizeof whole, "%s/%s", at, path);
    else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, at, sizeof at - 1);
        at[length < 0 ? 0 : length] = 0;
        snprintf(whole, sizeof whole, "%s/%s", at, path);
    }
    for (size_t end = strlen(whole); end > 1 && whole[end - 1] == '/'; end--)
        whole[end - 1] = 0;
    char *last = strrchr(whole, '/');
    *last = 0;
    int found = realpath(*whole ? whole : "/", at) != NULL;
    errno = before;
    return found && snprintf(to, PATH_MAX, "%s/%s", at, last + 1) < PATH_MAX && inside(to);
}

/* A number below 0 stands for the mode that the path has. */
struct change {
    const char *kind, *path, *other;
    long long number;
    const void *data;
    size_t size;
};

static void note(int log, struct change change)
{
    char head[3 * PATH_MAX];
    struct stat status;
    int before = errno;
    long long when = 0;
    if (fstatat(AT_FDCWD, change.path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        if (change.number < 0)
            change.number = status.st_mode & 07777;
        when = status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec;
    }
    int length = snprintf(head, sizeof head, "%s%c%s%c%s%c%lld%c%lld%c", change.kind, 0, change.path, 0,
                          change.other ? change.other : "", 0, change.number, 0, when, 0);
    uint32_t total = length + change.size;
    struct iovec pieces[] = {{&total, sizeof total}, {head, length}, {(void *)change.data, change.size}};
    if (syscall(SYS_writev, log, pieces, 3) != (long)(sizeof total + total))
        abort();
    errno = before;
}

static int open_noted(int (*real)(int, const char *, int, ...), int folder, const char *path, int flags,
                      mode_t mode)
{
    if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE)
        return real(folder, path, flags, mode);
    char found[PATH_MAX];
    struct stat status;
    int log = turn();
    int there = fstatat(folder, path, &status, 0) == 0;
    int file = real(folder, path, flags, mode);
    if (file >= 0 && path_of(file, found) && fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        if (!there)
            note(log, (struct change){"create", found, NULL, status.st_mode & 07777, NULL, 0});
        else if (flags & O_TRUNC)
            note(log, (struct change){"size", found, NULL, 0, NULL, 0});
    }
    over(log);
    return file;
}

#define MODE \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = va_arg(more, mode_t); \
    va_end(more);
int open(const char *path, int flags, ...) { MODE return open_noted(REAL(openat), AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_noted(REAL(openat64), AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return open_noted(REAL(openat), folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return open_noted(REAL(openat64), folder, path, flags, mode); }

#define WRITING(name, takes, place, gives) \
    ssize_t name takes \
    { \
        char path[PATH_MAX]; \
        int before = errno; \
        int meant = path_of(file, path); \
        errno = before; \
        if (!meant) \
            return REAL(name) gives; \
        int log = turn(); \
        ssize_t done = REAL(name) gives; \
        if (done > 0) \
            note(log, (struct change){"write", path, NULL, place, from, done}); \
        over(log); \
        return done; \
    }
WRITING(write, (int file, const void *from, size_t size), lseek(file, 0, SEEK_CUR) - done, (file, from, size))
WRITING(pwrite, (int file, const void *from, size_t size, off_t at), at, (file, from, size, at))
WRITING(pwrite64, (int file, const void *from, size_t size, off64_t at), at, (file, from, size, at))

#define ON_FILE(type, name, takes, kind, number, gives) \
    type name takes \
    { \
        char path[PATH_MAX]; \
        int before = errno; \
        int meant = path_of(file, path); \
        errno = before; \
        if (!meant) \
            return REAL(name) gives; \
        int log = turn(); \
        type done = REAL(name) gives; \
        if (done >= 0) \
            note(log, (struct change){kind, path, NULL, number, NULL, 0}); \
        over(log); \
        return done; \
    }
ON_FILE(int, ftruncate, (int file, off_t size), "size", size, (file, size))
ON_FILE(int, ftruncate64, (int file, off64_t size), "size", size, (file, size))
ON_FILE(int, fsync, (int file), "sync", 0, (file))
ON_FILE(int, fdatasync, (int file), "sync", 0, (file))
ON_FILE(int, syncfs, (int file), "sync all", 0, (file))
ON_FILE(int, fchmod, (int file, mode_t mode), "mode", mode, (file, mode))
ON_FILE(int, futimens, (int file, const struct timespec times[2]), "time", 0, (file, times))

#define AT_PATH(name, takes, folder, path, kind, other, number, gives) \
    int name takes \
    { \
        char found[PATH_MAX]; \
        if (!real_path(folder, path, found)) \
            return REAL(name) gives; \
        int log = turn(); \
        int done = REAL(name) gives; \
        if (done == 0) \
            note(log, (struct change){kind, found, other, number, NULL, 0}); \
        over(log); \
        return done; \
    }
AT_PATH(mkdir, (const char *path, mode_t mode), AT_FDCWD, path, "directory", NULL, -1, (path, mode))
AT_PATH(mkdirat, (int folder, const char *path, mode_t mode), folder, path, "directory", NULL, -1,
        (folder, path, mode))
AT_PATH(rmdir, (const char *path), AT_FDCWD, path, "remove", NULL, 0, (path))
AT_PATH(unlink, (const char *path), AT_FDCWD, path, "remove", NULL, 0, (path))
AT_PATH(unlinkat, (int folder, const char *path, int flags), folder, path, "remove", NULL, 0,
        (folder, path, flags))
AT_PATH(symlink, (const char *target, const char *path), AT_FDCWD, path, "symlink", target, 0, (target, path))
AT_PATH(symlinkat, (const char *target, int folder, const char *path), folder, path, "symlink", target, 0,
        (target, folder, path))
AT_PATH(chmod, (const char *path, mode_t mode), AT_FDCWD, path, "mode", NULL, mode, (path, mode))
AT_PATH(fchmodat, (int folder, const char *path, mode_t mode, int flags), folder, path, "mode", NULL, mode,
        (folder, path, mode, flags))
AT_PATH(utimensat, (int folder, const char *path, const struct timespec times[2], int flags), folder, path,
        "time", NULL, 0, (folder, path, times, flags))

#define BETWEEN(name, takes, from, old, to, new, kind, gives) \
    int name takes \
    { \
        char source[PATH_MAX], found[PATH_MAX]; \
        if (!real_path(to, new, found) || !real_path(from, old, source)) \
            return REAL(name) gives; \
        int log = turn(); \
        int done = REAL(name) gives; \
        if (done == 0) \
            note(log, (struct change){kind, found, source, 0, NULL, 0}); \
        over(log); \
        return done; \
    }
BETWEEN(rename, (const char *old, const char *new), AT_FDCWD, old, AT_FDCWD, new, "rename", (old, new))
BETWEEN(renameat, (int from, const char *old, int to, const char *new), from, old, to, new, "rename",
        (from, old, to, new))
BETWEEN(link, (const char *old, const char *new), AT_FDCWD, old, AT_FDCWD, new, "link", (old, new))
BETWEEN(linkat, (int from, const char *old, int to, const char *new, int flags), from, old, to, new, "link",
        (from, old, to, new, flags))

/* Children are given the variables that let this library be loaded, whatever else they are given. */
int execve(const char *path, char *const arguments[], char *const environment[])
{
    size_t count = 0;
    while (environment && environment[count])
        count++;
    char *more[count + PASSED + 1];
    size_t kept = 0;
    for (size_t each = 0; each < count; each++)
        if (strncmp(environment[each], "LD_PRELOAD=", 11) && strncmp(environment[each], "RECORDING_", 10))
            more[kept++] = environment[each];
    for (int each = 0; each < PASSED; each++)
        more[kept++] = passed[each];
    more[kept] = NULL;
    return REAL(execve)(path, arguments, more);
}
