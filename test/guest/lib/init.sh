#!/bin/busybox sh
# PID 1 of a guest: the host's / read-only below a tmpfs, the run's own files over it, then systemd or one script.
# Whoever waits reads /run/out/rc; without one the guest has failed, and the console says where.
B=/bin/busybox
stop() {
	echo "guest: $*"
	$B sleep 0.2
	$B poweroff -f
}
$B mount -t devtmpfs d /dev
$B mount -t proc p /proc
$B mount -t sysfs s /sys
$B stty -F /dev/ttyS0 -opost 2>/dev/null
for module in $($B cat /modules.list); do $B insmod "/modules/$module.ko" || stop "insert $module"; done
$B mkdir -p /lower /rw /new
virtio="trans=virtio,version=9p2000.L,msize=512000"
$B mount -t 9p -o "$virtio,ro,cache=loose" host /lower || stop "mount the host's files"
$B mount -t tmpfs t /rw
$B mkdir /rw/upper /rw/work
# Links of a merged /usr in the upper directory spare each exec a request to the host.
for link in bin sbin lib lib64; do [ -L "/lower/$link" ] && $B cp -P "/lower/$link" /rw/upper/; done
$B mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work o /new || stop "mount the overlay"
# The host may be a container; the guest is none.
$B rm -f /new/.dockerenv
# Units of the host's administrator are not the guest's.
$B mount -t tmpfs t /new/etc/systemd/system
$B cp -a /overlay/. /new/ || stop "copy the run's files"
while read -r from to; do
	$B mkdir -p "/new$to"
	$B mount --bind "/new$from" "/new$to" || stop "show $from at $to"
done < /binds.list
for mount in dev sys proc; do $B mount --move /$mount /new/$mount; done
$B mount -t tmpfs -o mode=755 t /new/run
$B mkdir -p /new/run/out
$B mount -t 9p -o "$virtio" out /new/run/out || stop "mount the results"
case " $($B cat /new/proc/cmdline) " in
*" guest.systemd "*) exec $B switch_root /new /lib/systemd/systemd ;;
esac
$B mkdir -p /new/dev/pts /new/dev/shm /new/run/netns
$B mount -t devpts d /new/dev/pts
$B mount -t tmpfs t /new/dev/shm
$B mount -t bpf b /new/sys/fs/bpf
$B mount -t cgroup2 c /new/sys/fs/cgroup
$B ip link set lo up
exec $B switch_root /new /bin/bash /guest/run
