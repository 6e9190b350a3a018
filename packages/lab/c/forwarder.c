// SPDX-License-Identifier: MIT
/* A link with delay and rate between two network namespaces.
 *
 * Two TUN devices, one in the namespace this program starts in and one in the namespace given, are joined by a
 * bounded drop-tail queue in each direction. A packet leaves its queue when the link has sent it (rate) and it has
 * travelled (delay). Kernels without netem have no other way to hold a packet back.
 *
 * usage: emptcp-forwarder DEVICE PEER_NETNS PEER_DEVICE DELAY_US RATE_BITS QUEUE_BYTES OWNER_PID
 *   PEER_NETNS   path of a namespace file; the program ends when that file is gone
 *   DELAY_US     one way, microseconds
 *   RATE_BITS    bits per second and direction, 0: no limit
 *   QUEUE_BYTES  what may wait for its turn to be sent, in each direction
 *   OWNER_PID    end when that process ends, 0: go on
 *
 * Returns 0 as soon as both devices exist; the forwarding goes on in a child. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 8192		/* packets in flight in one direction, waiting or travelling */
#define SLOT_BYTES 2048		/* more than the MTU of 1500 a TUN device has */
#define BATCH 64		/* packets read from one side before the other has its turn */
#define SECOND 1000000000ull

struct packet {
	uint64_t due;		/* ns, monotonic: when it reaches the other side */
	int length;
	unsigned char bytes[SLOT_BYTES];
};

struct direction {
	int from, to;
	uint64_t sent;		/* ns, monotonic: when the link will have sent everything accepted so far */
	unsigned int head, tail;
	struct packet *packets;
};

struct link {
	uint64_t delay, rate, queue;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_tun(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		die("open /dev/net/tun");
	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, TUNSETIFF, &request))
		die(name);
	return fd;
}

static int open_tun_in(const char *netns, const char *name)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there = open(netns, O_RDONLY | O_CLOEXEC);
	int fd;

	if (here < 0 || there < 0 || setns(there, CLONE_NEWNET))
		die(netns);
	fd = open_tun(name);
	if (setns(here, CLONE_NEWNET))
		die("return to the first namespace");
	close(here);
	close(there);
	return fd;
}

static void accept_packets(struct direction *d, const struct link *link)
{
	unsigned char dropped[SLOT_BYTES];

	for (int i = 0; i < BATCH; i++) {
		struct packet *p = &d->packets[d->tail % SLOTS];
		int full = d->tail - d->head >= SLOTS;
		uint64_t t = now();
		int length;

		if (d->sent < t)
			d->sent = t;
		if (link->rate && (d->sent - t) * (link->rate / 8) / SECOND > link->queue)
			full = 1;
		length = read(d->from, full ? dropped : p->bytes, SLOT_BYTES);
		if (length <= 0)
			return;
		if (full)
			continue;
		if (link->rate)
			d->sent += (uint64_t)length * 8 * SECOND / link->rate;
		p->due = d->sent + link->delay;
		p->length = length;
		d->tail++;
	}
}

/* Returns when the next packet is due, 0: none waits. A packet the other side refuses is lost, as on any link. */
static uint64_t deliver_packets(struct direction *d)
{
	for (uint64_t t = now(); d->head != d->tail; d->head++) {
		struct packet *p = &d->packets[d->head % SLOTS];

		if (p->due > t)
			return p->due;
		if (write(d->to, p->bytes, p->length) < 0 && errno == EBADFD)
			exit(0);
	}
	return 0;
}

static void forward(struct direction both[2], const struct link *link, const char *netns, int owner)
{
	struct pollfd fds[] = {
		{ .fd = both[0].from, .events = POLLIN },
		{ .fd = both[1].from, .events = POLLIN },
		{ .fd = owner, .events = POLLIN },
	};
	uint64_t checked = 0;

	for (;;) {
		uint64_t next = checked + SECOND, t = now();
		struct timespec wait = { 0 };

		if (t >= next) {
			if (access(netns, F_OK))
				return;
			checked = t;
			next = t + SECOND;
		}
		for (int i = 0; i < 2; i++) {
			uint64_t due = deliver_packets(&both[i]);

			if (due && due < next)
				next = due;
		}
		t = now();
		if (next > t) {
			wait.tv_sec = (time_t)((next - t) / SECOND);
			wait.tv_nsec = (long)((next - t) % SECOND);
		}
		if (ppoll(fds, 3, &wait, NULL) < 0 && errno != EINTR)
			return;
		if (fds[2].revents || (fds[0].revents | fds[1].revents) & (POLLERR | POLLNVAL))
			return;
		for (int i = 0; i < 2; i++)
			accept_packets(&both[i], link);
	}
}

static void detach_from_caller(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
}

int main(int argc, char **argv)
{
	struct direction both[2] = { 0 };
	struct link link;
	int a, b, owner = -1;

	if (argc != 8) {
		fprintf(stderr, "usage: %s DEVICE PEER_NETNS PEER_DEVICE DELAY_US RATE_BITS QUEUE_BYTES OWNER_PID\n", argv[0]);
		return 2;
	}
	link.delay = strtoull(argv[4], NULL, 10) * 1000;
	link.rate = strtoull(argv[5], NULL, 10);
	link.queue = strtoull(argv[6], NULL, 10);
	if (atoi(argv[7]) > 0 && (owner = syscall(SYS_pidfd_open, atoi(argv[7]), 0)) < 0)
		die("watch the owner");
	a = open_tun(argv[1]);
	b = open_tun_in(argv[2], argv[3]);
	both[0].from = both[1].to = a;
	both[0].to = both[1].from = b;
	for (int i = 0; i < 2; i++)
		if (!(both[i].packets = calloc(SLOTS, sizeof(struct packet))))
			die("allocate the queues");
	prctl(PR_SET_TIMERSLACK, 1);
	prctl(PR_SET_NAME, "emptcp-fwd");
	switch (fork()) {
	case -1:
		die("fork");
		break;
	case 0:
		detach_from_caller();
		forward(both, &link, argv[2], owner);
		break;
	default:
		break;
	}
	return 0;
}
