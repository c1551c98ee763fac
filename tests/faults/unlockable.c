/* A machine on which no file can be locked: preloaded, `flock` fails with UNLOCKABLE_ERROR. */
#include <errno.h>
#include <stdlib.h>

int flock(int file, int how)
{
    (void)file, (void)how;
    errno = atoi(getenv("UNLOCKABLE_ERROR"));
    return -1;
}
