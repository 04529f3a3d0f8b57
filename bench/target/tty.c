/* SPDX-License-Identifier: MIT */
#include "target/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/file.h>
#include <unistd.h>

static const struct {
	unsigned speed;
	speed_t code;
} speeds[] = {
    {1200, B1200},	 {2400, B2400},	      {4800, B4800},	   {9600, B9600},
    {19200, B19200},	 {38400, B38400},     {57600, B57600},	   {115200, B115200},
    {230400, B230400},	 {460800, B460800},   {500000, B500000},   {576000, B576000},
    {921600, B921600},	 {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000},
    {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000}, {3500000, B3500000},
    {4000000, B4000000},
};

static speed_t
code_of(unsigned speed)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].speed == speed)
			return speeds[i].code;
	return B0;
}

bool
tty_has_speed(unsigned speed)
{
	return code_of(speed) != B0;
}

/* tcsetattr(3) succeeds if it could make any of the changes, so read them back. */
static int
set_raw(int fd, const struct termios *before, speed_t code)
{
	struct termios raw = *before, now;

	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL | CREAD;
	raw.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	cfsetispeed(&raw, code);
	cfsetospeed(&raw, code);
	if (tcsetattr(fd, TCSANOW, &raw) != 0 || tcgetattr(fd, &now) != 0)
		return -1;
	if (cfgetospeed(&now) == code && (now.c_lflag & (ICANON | ECHO)) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

int
tty_open(struct tty *t, const char *device, unsigned speed)
{
	*t = (struct tty){.fd = -1};
	int fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || tcgetattr(fd, &t->before) != 0) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	t->fd = fd;
	if (set_raw(fd, &t->before, code_of(speed)) == 0 && tcflush(fd, TCIOFLUSH) == 0)
		return 0;
	int error = errno;
	tty_close(t);
	errno = error;
	return -1;
}

void
tty_close(struct tty *t)
{
	if (t->fd < 0)
		return;
	/* Discard pending output, which the device may never accept. */
	tcflush(t->fd, TCIOFLUSH);
	tcsetattr(t->fd, TCSANOW, &t->before);
	close(t->fd);
	t->fd = -1;
}
