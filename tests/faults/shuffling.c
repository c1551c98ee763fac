/* Lists directories in another order: preloaded, it shuffles what `readdir` tells.
 *
 * SHUFFLING_SEED  which order; each directory has its own
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    DIR *directory;
    struct dirent64 **entries;
    size_t count, next;
    struct listing *other;
};

static struct listing *listings;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned long hashed(const char *name)
{
    const char *seed = getenv("SHUFFLING_SEED");
    unsigned long hash = 14695981039346656037UL ^ (seed ? strtoul(seed, NULL, 10) : 0);
    for (hash *= 1099511628211UL; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211UL;
    return hash ^ hash >> 29;
}

static int compared(const void *one, const void *two)
{
    unsigned long first = hashed((*(struct dirent64 *const *)one)->d_name);
    unsigned long second = hashed((*(struct dirent64 *const *)two)->d_name);
    return first < second ? -1 : first > second;
}

static void read_all(struct listing *made)
{
    struct dirent64 *(*real)(DIR *) = dlsym(RTLD_NEXT, "readdir64");
    struct dirent64 *entry;
    while ((entry = real(made->directory))) {
        struct dirent64 *copy = malloc(entry->d_reclen);
        memcpy(copy, entry, entry->d_reclen);
        made->entries = realloc(made->entries, (made->count + 1) * sizeof copy);
        made->entries[made->count++] = copy;
    }
    if (made->count)
        qsort(made->entries, made->count, sizeof *made->entries, compared);
}

static struct listing *listed(DIR *directory)
{
    for (struct listing *each = listings; each; each = each->other)
        if (each->directory == directory)
            return each;
    struct listing *made = calloc(1, sizeof *made);
    made->directory = directory;
    read_all(made);
    made->other = listings;
    listings = made;
    return made;
}

static void forget(DIR *directory)
{
    pthread_mutex_lock(&lock);
    for (struct listing **each = &listings; *each; each = &(*each)->other)
        if ((*each)->directory == directory) {
            struct listing *gone = *each;
            *each = gone->other;
            while (gone->count)
                free(gone->entries[--gone->count]);
            free(gone->entries);
            free(gone);
            break;
        }
    pthread_mutex_unlock(&lock);
}

struct dirent64 *readdir64(DIR *directory)
{
    pthread_mutex_lock(&lock);
    struct listing *found = listed(directory);
    struct dirent64 *entry = found->next < found->count ? found->entries[found->next++] : NULL;
    pthread_mutex_unlock(&lock);
    return entry;
}

struct dirent *readdir(DIR *directory)
{
    return (struct dirent *)readdir64(directory);
}

void rewinddir(DIR *directory)
{
    void (*real)(DIR *) = dlsym(RTLD_NEXT, "rewinddir");
    forget(directory);
    real(directory);
}

int closedir(DIR *directory)
{
    int (*real)(DIR *) = dlsym(RTLD_NEXT, "closedir");
    forget(directory);
    return real(directory);
}
